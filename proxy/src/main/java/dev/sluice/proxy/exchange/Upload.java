package dev.sluice.proxy.exchange;

import dev.sluice.limits.admission.Ticket;
import dev.sluice.limits.admission.TransferBudget;
import dev.sluice.proxy.course.RequestCourse;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.loop.LoopContext;
import dev.sluice.proxy.loop.ReadSizes;
import dev.sluice.proxy.s3.DeleteListForm;
import dev.sluice.proxy.upstream.UpstreamConnection;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request on its way to RGW. A limit on bytes slows it down by not reading from the client, never by
 * buffering. There is one for each client connection; it is reused from request to request. Belongs to one event loop.
 */
public final class Upload {
    private final LoopContext loop;
    private final Ticket ticket;
    private final TransferBudget budget;
    private final RequestBodySource source;
    private final ReadSizes readSizes;
    private final TransferPause pause;
    private final RequestCourse course;
    private boolean expectsContinue;
    private boolean continueSent;
    private boolean begun;
    private boolean done;
    private boolean refused;
    /** Where the request lists objects to delete. */
    private @Nullable MultiDeleteCharge deletes;

    /**
     * For one client connection.
     *
     * @param readSizes of the client's channel
     * @param course of the same connection
     */
    public Upload(
            LoopContext loop, Ticket ticket, RequestBodySource source, ReadSizes readSizes, RequestCourse course) {
        this.loop = loop;
        this.ticket = ticket;
        this.budget = ticket.upload();
        this.source = source;
        this.readSizes = readSizes;
        this.pause = new TransferPause(loop);
        this.course = course;
    }

    /** The body of another request; it may be empty. */
    void begin(RequestHead head) {
        expectsContinue = head.expectsContinue();
        continueSent = false;
        begun = false;
        done = !head.hasBody();
        refused = false;
        deletes = null;
    }

    /** Charges each object that the body lists. To be called before any part of the body comes. */
    void chargeDeletes(RequestHead head, DeleteListForm form) {
        deletes = new MultiDeleteCharge(ticket, head, form);
    }

    /** Whether all of it was passed on. */
    boolean isDone() {
        return done;
    }

    /** RGW has responded with an error: the rest of the body is not passed on. */
    void refuse() {
        refused = true;
    }

    boolean isRefused() {
        return refused;
    }

    /**
     * Whether limits allow to read more of it from the client now. If so, the next read is bounded by what they allow.
     *
     * @param onResume runs when they may have room again, if they have none now
     */
    boolean mayBeRead(Runnable onResume) {
        if (pause.isOn()) {
            return false;
        }
        long bytesMax = budget.mayMove(loop.nowNanos());
        if (bytesMax > 0) {
            readSizes.atMost(bytesMax);
            return true;
        }
        holdBack();
        pause.begin(budget.waitNanos(), onResume);
        return false;
    }

    /** The head of the request goes to RGW. */
    void onHeadSent() {
        holdBack();
        course.onSent(ticket.shadowRejection());
    }

    /** Something other than the client keeps the body from coming. */
    void holdBack() {
        source.onBodyHeldBack();
    }

    /**
     * Passes a part on, which this takes over.
     *
     * @param contentBytes how much of it is content and not chunk framing
     * @param last whether the body ends with this part
     */
    void pass(UpstreamConnection to, ByteBuf part, int contentBytes, boolean last) {
        begun = true;
        loop.counters().bytesFromClients.add(contentBytes);
        course.onContentReceived(contentBytes);
        budget.moved(contentBytes, loop.nowNanos());
        if (deletes != null) {
            deletes.onBody(part, loop.nowNanos());
        }
        done = last;
        to.write(part);
        to.flush();
    }

    /** RGW asks for the body. Returns whether to pass this on: at most once, and only to a client that expects it. */
    boolean takeContinue() {
        if (!expectsContinue || continueSent) {
            return false;
        }
        continueSent = true;
        holdBack();
        return true;
    }

    /** Whether more of it may come, and neither limits nor RGW keep it from coming. */
    boolean isAwaited() {
        boolean awaitsContinue = expectsContinue && !continueSent && !begun;
        return !done && !pause.isOn() && !awaitsContinue;
    }

    /** The exchange is over. */
    void end() {
        pause.cancel();
        readSizes.atMost(Long.MAX_VALUE);
    }
}
