package dev.sluice.proxy.gate;

import dev.sluice.limits.admission.Ticket;
import dev.sluice.proxy.s3.DeleteListCounter;
import io.netty.buffer.ByteBuf;

/**
 * Charges a request that lists objects to delete with all but the first of them, which it was charged at its admission,
 * while the list passes. A list in chunks can't be read past their framing: it counts as the most that it may hold; no
 * SDK sends one.
 */
public final class MultiDeleteCharge {
    private final Ticket ticket;
    private final boolean chunked;
    private final DeleteListCounter list = new DeleteListCounter();
    private long objects;
    private long charged = 1;

    public MultiDeleteCharge(Ticket ticket, boolean chunked) {
        this.ticket = ticket;
        this.chunked = chunked;
        list.begin();
    }

    /** A part of the body is on its way to RGW. */
    public void onBody(ByteBuf part, long nowNanos) {
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
