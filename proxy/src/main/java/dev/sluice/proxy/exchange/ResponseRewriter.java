package dev.sluice.proxy.exchange;

import dev.sluice.proxy.http1.HeaderLines;
import dev.sluice.proxy.http1.KnownHeader;
import dev.sluice.proxy.http1.ResponseHead;
import dev.sluice.proxy.response.ConnectionHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/**
 * Writes the response head that the client gets: the received bytes without hop-by-hop lines, plus this proxy's own
 * {@code Connection} header. Most heads need no change, and the received buffer is passed on.
 */
final class ResponseRewriter {
    private static final byte[] CLOSE = "Connection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] KEEP_ALIVE = "Connection: keep-alive\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CRLF = {'\r', '\n'};

    private ResponseRewriter() {}

    /**
     * Whether the received head may go to the client unchanged. RGW's own {@code Connection: Keep-Alive} may: this proxy
     * would write the same.
     */
    static boolean passesUnchanged(ResponseHead head, ConnectionHeader connection) {
        boolean hasKeepAlive = false;
        HeaderLines lines = head.headers();
        for (int i = 0; i < lines.count(); i++) {
            if (head.isHopByHop(i)) {
                if (lines.header(i) != KnownHeader.CONNECTION || !isKeepAlive(head, i)) {
                    return false;
                }
                hasKeepAlive = true;
            }
        }
        return switch (connection) {
            case ABSENT -> !head.isHttp10();
            case KEEP_ALIVE -> hasKeepAlive;
            case CLOSE -> false;
        };
    }

    /** Whether the value of a line is {@code keep-alive} and nothing else. */
    private static boolean isKeepAlive(ResponseHead head, int line) {
        HeaderLines lines = head.headers();
        int from = lines.valueStart(line);
        if (lines.valueEnd(line) - from != 10) {
            return false;
        }
        byte[] bytes = head.bytes();
        for (int i = 0; i < 10; i++) {
            if ((bytes[from + i] | 0x20) != ("keep-alive".charAt(i) | 0x20)) {
                return false;
            }
        }
        return true;
    }

    /** Writes the head for the client; the caller owns it. */
    static ByteBuf rewrite(ResponseHead head, ConnectionHeader connection, ByteBufAllocator allocator) {
        byte[] bytes = head.bytes();
        HeaderLines lines = head.headers();
        int length = head.length();
        ByteBuf out = allocator.directBuffer(length + KEEP_ALIVE.length);
        int from = 0;
        for (int i = 0; i < lines.count(); i++) {
            if (head.isHopByHop(i)) {
                out.writeBytes(bytes, from, lines.lineStart(i) - from);
                from = lines.lineEnd(i);
            }
        }
        out.writeBytes(bytes, from, length - CRLF.length - from);
        switch (connection) {
            case CLOSE -> out.writeBytes(CLOSE);
            case KEEP_ALIVE -> out.writeBytes(KEEP_ALIVE);
            case ABSENT -> out.writeBytes(CRLF);
        }
        return out;
    }
}
