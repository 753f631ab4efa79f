package dev.sluice.proxy.http;

import dev.sluice.limits.Ticket;
import dev.sluice.proxy.s3.DeleteList;
import io.netty.buffer.ByteBuf;

/**
 * Charges a request that lists objects to delete with all but the first of them, which it was charged at its admission,
 * while the list passes. A list in chunks can't be read past their framing: it counts as the most that it may hold; no
 * SDK sends one.
 */
final class DeleteCharge {
    private final Ticket ticket;
    private final boolean chunked;
    private final DeleteList list = new DeleteList();
    private long objects;
    private long charged = 1;

    DeleteCharge(Ticket ticket, boolean chunked) {
        this.ticket = ticket;
        this.chunked = chunked;
        list.begin();
    }

    /** A part of the body is on its way to RGW. */
    void onBody(ByteBuf part, long nowNanos) {
        if (chunked) {
            objects += list.assumeMost();
        } else {
            for (int i = part.readerIndex(); i < part.writerIndex(); i++) {
                objects += list.add(part.getByte(i));
            }
        }
        if (objects > charged) {
            ticket.operations(objects - charged, nowNanos);
            charged = objects;
        }
    }
}
