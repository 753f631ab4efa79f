package dev.sluice.proxy.exchange;

import dev.sluice.limits.admission.Ticket;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.s3.DeleteListCounter;
import dev.sluice.proxy.s3.DeleteListForm;
import io.netty.buffer.ByteBuf;

/**
 * Charges a request that lists objects to delete. The first object was charged at admission; this charges all others
 * while the list passes. A list of XML in chunks can't be read past the chunk framing, so it counts as the largest list that
 * RGW takes. No SDK sends one. In a list of lines the lines of the framing count too.
 */
final class MultiDeleteCharge {
    private final Ticket ticket;
    private final boolean unreadable;
    private final DeleteListCounter list;
    private long objects;
    private long charged = 1;

    MultiDeleteCharge(Ticket ticket, RequestHead head, DeleteListForm form) {
        this.ticket = ticket;
        this.unreadable = head.isChunked() && form == DeleteListForm.OBJECT_TAGS;
        this.list = new DeleteListCounter(form);
        list.begin();
    }

    /** A part of the body is on its way to RGW. */
    void onBody(ByteBuf part, long nowNanos) {
        if (unreadable) {
            objects += list.assumeMax();
        } else {
            for (int i = part.readerIndex(); i < part.writerIndex(); i++) {
                objects += list.add(part.getByte(i));
            }
        }
        if (objects > charged) {
            ticket.deferOperations(objects - charged, nowNanos);
            charged = objects;
        }
    }
}
