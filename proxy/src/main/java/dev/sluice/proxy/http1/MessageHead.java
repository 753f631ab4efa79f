package dev.sluice.proxy.http1;

import java.util.Objects;

/**
 * What requests and responses have in common: a start line, header lines, an empty line. No state is kept between two
 * calls of {@link #parse}: a call with more bytes parses the whole head again, so the first fault is the same however
 * the bytes are cut.
 */
abstract sealed class MessageHead permits RequestHead, ResponseHead {
    private static final byte[] NO_BYTES = new byte[0];

    /** Where a version's minor digit stands in {@code HTTP/1.x}. */
    private static final int MINOR = 7;

    private static final byte[] VERSION = {'H', 'T', 'T', 'P', '/', '1', '.'};

    final HeaderLines lines;
    final MessageFraming framing;
    byte[] bytes = NO_BYTES;
    private int length;
    private HttpFault fault = HttpFault.NONE;
    /** Set by {@link #startLine}: the offset after its CRLF. */
    int startLineEnd;

    boolean http10;

    MessageHead(int maxHeaders) {
        lines = new HeaderLines(maxHeaders);
        framing = new MessageFraming(lines);
    }

    /**
     * Parses {@code bytes[0, length)}, which must start with the head; what follows its empty line is not looked at.
     *
     * @param bytes kept until the next call, not changed
     * @param maxHeadBytes a longer head, its empty line included, is malformed
     * @throws IndexOutOfBoundsException if {@code length} is negative or more than there are bytes
     */
    public final HeadParseResult parse(byte[] bytes, int length, int maxHeadBytes) {
        Objects.checkFromIndexSize(0, length, bytes.length);
        this.bytes = bytes;
        this.length = 0;
        fault = HttpFault.NONE;
        http10 = false;
        lines.start(0);
        framing.start();
        startLineEnd = 0;

        int limit = Math.min(length, maxHeadBytes);
        HttpFault found = startLine(limit);
        if (found != HttpFault.NONE) {
            return refuse(found);
        }
        if (startLineEnd == 0) {
            return needMore(length, maxHeadBytes);
        }
        lines.start(startLineEnd);
        return headerLines(length, maxHeadBytes, limit);
    }

    private HeadParseResult headerLines(int available, int maxHeadBytes, int limit) {
        while (true) {
            switch (lines.next(bytes, limit)) {
                case LINE -> {
                    HttpFault found = headerLine(lines.count() - 1);
                    if (found != HttpFault.NONE) {
                        return refuse(found);
                    }
                }
                case END -> {
                    HttpFault found = end();
                    if (found != HttpFault.NONE) {
                        return refuse(found);
                    }
                    framing.end(bytes);
                    length = lines.end();
                    return HeadParseResult.COMPLETE;
                }
                case MORE -> {
                    return needMore(available, maxHeadBytes);
                }
                case REFUSED -> {
                    return refuse(lines.fault());
                }
            }
        }
    }

    /** Reads the start line of {@code bytes[0, limit)} and sets {@link #startLineEnd} if it is all there. */
    abstract HttpFault startLine(int limit);

    /** Judges the line that was just read. */
    abstract HttpFault headerLine(int line);

    /** Judges what can only be judged by the whole. */
    abstract HttpFault end();

    /** Returns where the head ends, the empty line included; 0 unless COMPLETE. */
    public final int length() {
        return length;
    }

    /** Returns why it is INVALID, else {@link HttpFault#NONE}. */
    public final HttpFault fault() {
        return fault;
    }

    /** Returns what was parsed. */
    public final byte[] bytes() {
        return bytes;
    }

    public final boolean isHttp10() {
        return http10;
    }

    public final HeaderLines headers() {
        return lines;
    }

    /** Returns the number of the first line of that name, or -1. */
    public final int index(KnownHeader name) {
        return lines.firstOf(name);
    }

    /** Returns the value of {@code Content-Length}, in bytes, or -1 without one. */
    public final long contentLength() {
        return framing.contentLength();
    }

    public final boolean isChunked() {
        return framing.isChunked();
    }

    /** Whether version and {@code Connection} allow another message after this one. */
    public final boolean isKeepAlive() {
        return framing.connection().isKeepAlive(http10);
    }

    /** Whether a line ends at the proxy: by its name, or because {@code Connection} names it. */
    public boolean isHopByHop(int line) {
        return lines.header(line).isHopByHop() || framing.connection().names(line);
    }

    /**
     * Compares {@code bytes[at, ..)} with {@code HTTP/1.0} or {@code HTTP/1.1} as far as there are bytes.
     *
     * @return whether they may become one
     */
    final boolean isVersion(int at, int limit) {
        int end = Math.min(limit, at + VERSION.length);
        for (int i = at; i < end; i++) {
            if (bytes[i] != VERSION[i - at]) {
                return false;
            }
        }
        if (limit <= at + MINOR) {
            return true;
        }
        http10 = bytes[at + MINOR] == '0';
        return http10 || bytes[at + MINOR] == '1';
    }

    private HeadParseResult needMore(int available, int maxHeadBytes) {
        return available >= maxHeadBytes ? refuse(HttpFault.HEAD_TOO_LARGE) : HeadParseResult.INCOMPLETE;
    }

    private HeadParseResult refuse(HttpFault why) {
        fault = why;
        return HeadParseResult.INVALID;
    }
}
