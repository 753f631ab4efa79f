package dev.sluice.proxy.http;

import dev.sluice.proxy.http1.HeaderLines;
import dev.sluice.proxy.http1.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Writes the head that RGW gets: the received bytes, less the lines that end at a proxy and less what is claimed about
 * where the request came from, plus where it came from.
 */
final class RequestRewriter {
    private static final int CRLF_BYTES = 2;

    private RequestRewriter() {}

    /** The head for RGW; the caller owns it. */
    static ByteBuf rewrite(RequestHead head, ClientAddress client, ByteBufAllocator allocator) {
        byte[] bytes = head.bytes();
        byte[] end = client.headEnd();
        HeaderLines lines = head.headers();
        int length = head.length();
        ByteBuf out = allocator.directBuffer(length - CRLF_BYTES + end.length);
        int from = 0;
        for (int i = 0; i < lines.count(); i++) {
            if (lines.header(i).isForwarding() || head.isHopByHop(i)) {
                out.writeBytes(bytes, from, lines.lineStart(i) - from);
                from = lines.lineEnd(i);
            }
        }
        // Up to the empty line that ends the head; ours has one of its own.
        out.writeBytes(bytes, from, length - CRLF_BYTES - from);
        return out.writeBytes(end);
    }
}
