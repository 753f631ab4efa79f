package dev.sluice.proxy.http;

import dev.sluice.proxy.http1.Header;
import dev.sluice.proxy.http1.HeaderLines;
import dev.sluice.proxy.http1.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/**
 * Writes the head that RGW gets: the received bytes, less the lines that end at a proxy and less what the client claims
 * about where it came from, plus the address that it came from.
 */
final class RequestRewriter {
    private static final byte[] FORWARDED_FOR = "X-Forwarded-For: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CRLF = {'\r', '\n'};

    private RequestRewriter() {}

    /** Whether a line of the head stays behind. RGW reads the first element of X-Forwarded-For as the client. */
    private static boolean isCut(RequestHead head, int line) {
        Header name = head.headers().header(line);
        return name == Header.X_FORWARDED_FOR || head.isHopByHop(line);
    }

    /**
     * The head for RGW; the caller owns it.
     *
     * @param client the client's address in text, ASCII
     */
    static ByteBuf rewrite(RequestHead head, byte[] client, ByteBufAllocator allocator) {
        byte[] bytes = head.bytes();
        HeaderLines lines = head.headers();
        int length = head.length();
        ByteBuf out = allocator.directBuffer(length + FORWARDED_FOR.length + client.length + CRLF.length);
        int from = 0;
        for (int i = 0; i < lines.count(); i++) {
            if (isCut(head, i)) {
                out.writeBytes(bytes, from, lines.lineStart(i) - from);
                from = lines.lineEnd(i);
            }
        }
        // Up to the empty line that ends the head; ours goes before it.
        out.writeBytes(bytes, from, length - CRLF.length - from);
        out.writeBytes(FORWARDED_FOR).writeBytes(client).writeBytes(CRLF).writeBytes(CRLF);
        return out;
    }
}
