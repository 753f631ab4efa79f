package dev.sluice.proxy.exchange;

import dev.sluice.proxy.clientaddress.ClientAddress;
import dev.sluice.proxy.http1.HeaderLines;
import dev.sluice.proxy.http1.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Writes the request head that RGW gets: the received bytes without hop-by-hop lines and without what the client claims
 * about its address, plus forwarding headers with the address that is known.
 */
final class RequestRewriter {
    private static final int CRLF_BYTES = 2;
    /** A larger buffer would occupy too much memory while the head is kept to be sent again. */
    private static final int LARGEST_REUSED_BYTES = 16 * 1024;

    private RequestRewriter() {}

    /**
     * Writes the head for RGW; the caller owns it. In most cases it is the received buffer with another end, which saves a
     * copy.
     *
     * @param received the head's bytes and nothing behind them; this takes it over
     */
    static ByteBuf rewrite(RequestHead head, ClientAddress from, ByteBuf received, ByteBufAllocator allocator) {
        byte[] end = from.headEnd();
        int endsAt = head.length() - CRLF_BYTES;
        if (received.isWritable(end.length - CRLF_BYTES) && received.capacity() <= LARGEST_REUSED_BYTES) {
            int untouched = firstCut(head, endsAt);
            received.writerIndex(received.readerIndex() + untouched);
            return write(head, untouched, received).writeBytes(end);
        }
        received.release();
        return write(head, 0, allocator.directBuffer(endsAt + end.length)).writeBytes(end);
    }

    /** Appends the lines that stay, from an offset on and without the empty line at the end. */
    private static ByteBuf write(RequestHead head, int start, ByteBuf out) {
        HeaderLines lines = head.headers();
        byte[] bytes = head.bytes();
        int from = start;
        for (int i = 0; i < lines.count(); i++) {
            if (isCut(head, i)) {
                out.writeBytes(bytes, from, lines.lineStart(i) - from);
                from = lines.lineEnd(i);
            }
        }
        return out.writeBytes(bytes, from, head.length() - CRLF_BYTES - from);
    }

    /** Returns the offset of the first line that is cut; {@code none} without one. */
    private static int firstCut(RequestHead head, int none) {
        HeaderLines lines = head.headers();
        for (int i = 0; i < lines.count(); i++) {
            if (isCut(head, i)) {
                return lines.lineStart(i);
            }
        }
        return none;
    }

    private static boolean isCut(RequestHead head, int line) {
        return head.headers().header(line).isForwarding() || head.isHopByHop(line);
    }
}
