package dev.sluice.proxy.exchange;

import dev.sluice.limits.admission.TransferBudget;
import dev.sluice.proxy.downstream.ClientInput;
import dev.sluice.proxy.gate.MultiDeleteCharge;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.loop.LoopContext;
import dev.sluice.proxy.loop.ReadSizes;
import dev.sluice.proxy.upstream.UpstreamConnection;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request on its way to RGW. A limit on bytes holds it back by not reading from the client, never by
 * keeping what was read. One for a client's connection, used for request after request; belongs to one event loop.
 */
public final class Upload {
    private final LoopContext worker;
    private final TransferBudget budget;
    private final ClientInput input;
    private final ReadSizes sizes;
    private final TransferPause hold;
    private boolean expectsContinue;
    private boolean continued;
    private boolean begun;
    private boolean done;
    private boolean refused;
    /** Where the request lists objects to delete. */
    private @Nullable MultiDeleteCharge deletes;

    public Upload(LoopContext worker, TransferBudget budget, ClientInput input, ReadSizes sizes) {
        this.worker = worker;
        this.budget = budget;
        this.input = input;
        this.sizes = sizes;
        this.hold = new TransferPause(worker);
    }

    /** The body of another request; there may be none. */
    public void begin(RequestHead head) {
        expectsContinue = head.expectsContinue();
        continued = false;
        begun = false;
        done = !head.hasBody();
        refused = false;
        deletes = null;
    }

    /** Each object that the body lists counts; to be called before any of it comes. */
    public void chargeDeletes(MultiDeleteCharge charge) {
        deletes = charge;
    }

    /** Whether all of it was passed on. */
    boolean isDone() {
        return done;
    }

    /** RGW has answered with an error: it wants no more of it. */
    void refuse() {
        refused = true;
    }

    boolean isRefused() {
        return refused;
    }

    /**
     * Whether more of it may be read from the client now, as far as limits are concerned; and if so, no more than they have
     * room for.
     *
     * @param later told when they may have room, if they have none
     */
    boolean mayBeRead(Runnable later) {
        if (hold.isOn()) {
            return false;
        }
        long most = budget.mayMove(worker.nowNanos());
        if (most > 0) {
            sizes.atMost(most);
            return true;
        }
        hold();
        hold.begin(budget.waitNanos(), later);
        return false;
    }

    /** It was not the client that kept it from coming. */
    void hold() {
        input.holdBody();
    }

    /**
     * Passes a part on, which this takes over.
     *
     * @param contentBytes how much of it is content, and not framing
     */
    void pass(UpstreamConnection to, ByteBuf part, int contentBytes, boolean last) {
        begun = true;
        worker.counters().bytesFromClients.add(contentBytes);
        budget.moved(contentBytes, worker.nowNanos());
        if (deletes != null) {
            deletes.onBody(part, worker.nowNanos());
        }
        done = last;
        to.write(part);
        to.flush();
    }

    /** RGW asks for the body; whether the client is to be told: once, and if it wants to be asked. */
    boolean isToBeAskedFor() {
        if (!expectsContinue || continued) {
            return false;
        }
        continued = true;
        hold();
        return true;
    }

    /** Whether more of it may come, and neither limits nor RGW are in the way of it. */
    boolean isAwaited() {
        boolean waitsForContinue = expectsContinue && !continued && !begun;
        return !done && !hold.isOn() && !waitsForContinue;
    }

    /** The exchange is over. */
    void end() {
        hold.lift();
        sizes.atMost(Long.MAX_VALUE);
    }
}
