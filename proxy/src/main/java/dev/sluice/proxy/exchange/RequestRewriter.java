package dev.sluice.proxy.exchange;

import dev.sluice.proxy.clientaddress.ClientAddress;
import dev.sluice.proxy.http1.HeaderLines;
import dev.sluice.proxy.http1.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Writes the head that RGW gets: the received bytes, less the lines that end at a proxy and less what is claimed about
 * where the request came from, plus where it came from.
 */
public final class RequestRewriter {
    private static final int CRLF_BYTES = 2;
    /** A larger buffer is not kept for as long as it may take to send a head again. */
    private static final int LARGEST_REUSED_BYTES = 16 * 1024;

    private RequestRewriter() {}

    /**
     * The head for RGW; the caller owns it. Mostly it is the received buffer itself with another end: a head has been
     * copied once already, to be parsed.
     *
     * @param received the head's bytes and nothing behind them; this takes it over
     */
    public static ByteBuf rewrite(
            RequestHead head, ClientAddress client, ByteBuf received, ByteBufAllocator allocator) {
        byte[] end = client.headEnd();
        int endsAt = head.length() - CRLF_BYTES;
        if (received.isWritable(end.length - CRLF_BYTES) && received.capacity() <= LARGEST_REUSED_BYTES) {
            int untouched = firstCut(head, endsAt);
            received.writerIndex(received.readerIndex() + untouched);
            return write(head, untouched, received).writeBytes(end);
        }
        received.release();
        return write(head, 0, allocator.directBuffer(endsAt + end.length)).writeBytes(end);
    }

    /** Appends what is left of the head from an offset on, without the empty line that ends it. */
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

    /** Where the first line starts that stays behind; {@code none} without one. */
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
