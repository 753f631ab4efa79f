package dev.sluice.proxy.proof;

import dev.sluice.policy.identity.IdentityDirectory;
import dev.sluice.policy.identity.UserSessions;
import dev.sluice.proxy.exchange.ResponseObserver;
import dev.sluice.proxy.s3.auth.SessionCredentials;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Learns from RGW's response to AssumeRole or GetSessionToken which user a session belongs to: the user of the access key
 * that the request was signed with. Only the beginning of the body is looked at, at most {@value #BYTES_MAX} bytes of it; it is overwritten
 * afterwards. Belongs to one event loop.
 */
final class SessionObserver implements ResponseObserver {
    /** Several times as much as comes before the end of the access key. */
    static final int BYTES_MAX = 16 * 1024;
    /** A response comes in one part or two. If it comes in more, it is read at its end only. */
    private static final int READS_MAX = 8;

    private static final int FIRST_BYTES = 2 * 1024;
    private static final int OK = 200;
    private static final int HEX = 16;

    private final IdentityDirectory directory;
    private final String assumer;
    private final long wallSeconds;
    private byte[] bytes = new byte[FIRST_BYTES];
    private int length;
    private int reads;
    private boolean isChunked;
    private boolean isOver;

    /**
     * For one response.
     *
     * @param assumer the access key of the request
     * @param wallSeconds by the clock that the end of a session is compared with
     */
    SessionObserver(IdentityDirectory directory, String assumer, long wallSeconds) {
        this.directory = directory;
        this.assumer = assumer;
        this.wallSeconds = wallSeconds;
    }

    @Override
    public void onHead(int status, boolean isInChunks) {
        isOver = status != OK;
        isChunked = isInChunks;
    }

    @Override
    public void onBody(ByteBuf part, long nowNanos) {
        if (isOver) {
            return;
        }
        int more = Math.min(part.readableBytes(), BYTES_MAX - length);
        if (length + more > bytes.length) {
            byte[] small = bytes;
            bytes = Arrays.copyOf(small, Math.min(BYTES_MAX, Math.max(2 * small.length, length + more)));
            Arrays.fill(small, (byte) 0);
        }
        part.getBytes(part.readerIndex(), bytes, length, more);
        length += more;
        reads++;
        if (reads <= READS_MAX) {
            read(nowNanos);
        }
    }

    @Override
    public void onEnd(long nowNanos) {
        if (!isOver && reads > READS_MAX) {
            read(nowNanos);
        }
        isOver = true;
        Arrays.fill(bytes, (byte) 0);
    }

    private void read(long nowNanos) {
        String body = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        Optional<SessionCredentials> found = SessionCredentials.find(isChunked ? withoutChunks(body) : body);
        if (found.isPresent()) {
            isOver = true;
            SessionCredentials session = found.get();
            directory.learnSession(assumer, session.accessKey(), leftNanos(session.endSeconds()), nowNanos);
        }
    }

    /** An end that is past, or too far ahead, shows that a clock is wrong: then the session counts for as long as any may. */
    private long leftNanos(long endSeconds) {
        long left = endSeconds - wallSeconds;
        boolean isPlausible = left > 0 && left <= TimeUnit.NANOSECONDS.toSeconds(UserSessions.SESSION_NANOS_MAX);
        return isPlausible ? TimeUnit.SECONDS.toNanos(left) : UserSessions.SESSION_NANOS_MAX;
    }

    /** The content of chunks, whose framing was checked when they came. */
    private static String withoutChunks(String body) {
        StringBuilder content = new StringBuilder(body.length());
        int at = 0;
        int line = body.indexOf("\r\n");
        while (line > at) {
            int end = at;
            while (end < line && Character.digit(body.charAt(end), HEX) >= 0) {
                end++;
            }
            // A size that leaves what is here needs no more than the first digits.
            long size = end == at ? 0 : Long.parseLong(body.substring(at, Math.min(end, at + 8)), HEX);
            int from = line + 2;
            int to = (int) Math.min(body.length(), from + size);
            content.append(body, from, to);
            at = to + 2;
            line = size == 0 || at > body.length() ? -1 : body.indexOf("\r\n", at);
        }
        return content.toString();
    }
}
