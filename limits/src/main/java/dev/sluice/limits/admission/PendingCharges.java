package dev.sluice.limits.admission;

import dev.sluice.limits.pacing.RemoteDemands;
import dev.sluice.limits.pacing.RemoteNode;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What a {@link Pacer} has heard of others and not worked in yet, and the turn that guards it. In a large cluster far more is heard
 * than anything else happens, of subjects that lie all over the memory: so these fields stand side by side, as
 * those of a base class do.
 *
 * <p>Fields without volatile belong to the turn.
 */
abstract class PendingCharges {
    private volatile boolean turnTaken;
    /** Whether others were heard of whom the meter doesn't know yet. */
    private volatile boolean unsettled;
    /** Whether what others want has changed since the limit was divided. */
    boolean outOfDate;

    /** Whether no other node is there: then decisions don't wait for turns. */
    volatile boolean alone;

    /** Nobody is near the limit. */
    private boolean calm;

    private double calmDemand;
    private double calmNoted;

    private final long keptNanos;
    private long noted;
    private volatile long notedNanos;
    final RemoteDemands others = new RemoteDemands();

    private static final VarHandle TURN_TAKEN;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            TURN_TAKEN = lookup.findVarHandle(PendingCharges.class, "turnTaken", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** @param keptNanos how long something may stay noted */
    PendingCharges(long keptNanos, long nowNanos) {
        this.keptNanos = keptNanos;
        notedNanos = nowNanos;
    }

    final boolean tryTurn() {
        return !turnTaken && TURN_TAKEN.compareAndSet(this, false, true);
    }

    final void endTurn() {
        TURN_TAKEN.setRelease(this, false);
    }

    final void awaitTurn() {
        while (!tryTurn()) {
            Thread.onSpinWait();
        }
    }

    /**
     * PendingCharges what another node wants, and that it admitted so much more. In the turn.
     *
     * @return whether it is time to charge it
     */
    final boolean note(RemoteNode from, double demandPerSecond, long admittedMore, long nowNanos) {
        others.put(from, demandPerSecond);
        outOfDate = true;
        if (admittedMore != 0) {
            if (noted == 0) {
                notedNanos = nowNanos;
            }
            noted += admittedMore;
            if (!unsettled) {
                unsettled = true;
            }
        }
        if (calm) {
            calm = others.sum() <= calmDemand && noted <= calmNoted;
        }
        return !calm && noted != 0 && (alone || nowNanos - notedNanos >= keptNanos);
    }

    /** What was noted and is to be charged now; then {@link #settled}. In the turn. */
    final long takeNoted() {
        long amount = noted;
        noted = 0;
        return amount;
    }

    final void settled() {
        if (unsettled) {
            unsettled = false;
        }
    }

    /** Whether something is noted that isn't charged yet. */
    final boolean isUnsettled() {
        return unsettled;
    }

    /**
     * What is noted stays so until the next report, or until the others want more than {@code demandPerSecond}, or have
     * admitted more than {@code admitted} that isn't charged yet. In the turn.
     */
    final void calmDown(double demandPerSecond, double admitted) {
        calm = true;
        calmDemand = demandPerSecond;
        calmNoted = admitted;
    }

    final void endCalm() {
        calm = false;
    }

    /** In the turn. */
    final boolean isCalm() {
        return calm;
    }

    /** When others were last heard to have admitted something, or shortly before; at first when this was made. */
    final long notedNanos() {
        return notedNanos;
    }

    /** As {@link RemoteUsageSink#fetch}. */
    final long fetch() {
        return noted + others.fetch();
    }
}
