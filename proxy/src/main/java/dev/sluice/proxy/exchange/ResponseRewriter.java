package dev.sluice.proxy.exchange;

import dev.sluice.proxy.http1.HeaderLines;
import dev.sluice.proxy.http1.KnownHeader;
import dev.sluice.proxy.http1.ResponseHead;
import dev.sluice.proxy.response.ErrorResponses;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/**
 * Writes the head that the client gets: the received bytes, less the lines that end at a proxy, plus what this proxy
 * says about its own connection. Mostly there is nothing to change, and the received buffer goes on as it is.
 */
final class ResponseRewriter {
    private static final byte[] CLOSE = "Connection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] KEEP_ALIVE = "Connection: keep-alive\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CRLF = {'\r', '\n'};

    private ResponseRewriter() {}

    /**
     * Whether the received head may go to the client as it is. RGW's own {@code Connection: Keep-Alive} may: it is what
     * this proxy would say too.
     */
    static boolean passesUntouched(ResponseHead head, ErrorResponses.Then then) {
        boolean saysKeepAlive = false;
        HeaderLines lines = head.headers();
        for (int i = 0; i < lines.count(); i++) {
            if (head.isHopByHop(i)) {
                if (lines.header(i) != KnownHeader.CONNECTION || !isKeepAlive(head, i)) {
                    return false;
                }
                saysKeepAlive = true;
            }
        }
        return switch (then) {
            case KEEP -> !head.isHttp10();
            case KEEP_1_0 -> saysKeepAlive;
            case CLOSE -> false;
        };
    }

    /** Nothing but {@code keep-alive}. */
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

    /** The head for the client; the caller owns it. */
    static ByteBuf rewrite(ResponseHead head, ErrorResponses.Then then, ByteBufAllocator allocator) {
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
        switch (then) {
            case CLOSE -> out.writeBytes(CLOSE);
            case KEEP_1_0 -> out.writeBytes(KEEP_ALIVE);
            case KEEP -> out.writeBytes(CRLF);
        }
        return out;
    }
}
