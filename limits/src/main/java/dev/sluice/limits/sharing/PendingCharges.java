package dev.sluice.limits.sharing;

import dev.sluice.limits.pacing.RemoteDemands;
import dev.sluice.limits.pacing.RemoteNode;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * What a paced limit has received of other nodes and not charged yet, and the try-lock that guards it. In a large cluster
 * far more is received than anything else happens, for subjects that lie all over the memory. So these fields stand side by
 * side, as those of a base class do.
 *
 * <p>Fields without volatile belong to the holder of the lock. Event loops only try it and go on; the sync threads wait
 * until they have it, at first by spinning, then for longer and longer times: its holder may have lost its processor.
 */
abstract sealed class PendingCharges extends LimitSharing permits DemandSharing {
    /** How near the limit is to being used up. */
    enum UseState {
        /** Nodes are near the limit, or may soon be. */
        ACTIVE,
        /** The limit is far from being used up: it is measured rarely. */
        IDLE,
        /** As {@link #IDLE}, and requests are admitted without a look at the shares. */
        FAST_PATH
    }

    /** A maintenance step takes less than a microsecond. */
    private static final int SPINS = 200;

    private static final int YIELDS = 10;
    /** So much is far above any limit, and an amount can be added to it. */
    private static final long PENDING_MAX = Long.MAX_VALUE / 4;

    private static final long PARK_NANOS = 50_000L;

    private volatile boolean locked;
    /** What other nodes admitted and the meter doesn't know yet. Written under the lock, read by all. */
    private volatile long pendingAmount;
    /** Whether the demands of others have changed since the limit was divided. */
    boolean hasNewDemands;

    /** Whether this node has no peers: then nothing holds it to a share. */
    volatile boolean isSingleNode;

    private UseState useState = UseState.ACTIVE;
    private double fastPathDemandMax;
    private double fastPathPendingMax;

    private volatile long pendingSinceNanos;
    final RemoteDemands others = new RemoteDemands();

    private static final VarHandle LOCKED;
    private static final VarHandle PENDING_AMOUNT;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            LOCKED = lookup.findVarHandle(PendingCharges.class, "locked", boolean.class);
            PENDING_AMOUNT = lookup.findVarHandle(PendingCharges.class, "pendingAmount", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Creates it without pending charges. */
    PendingCharges(long nowNanos) {
        super(nowNanos);
        pendingSinceNanos = nowNanos;
    }

    final boolean tryLock() {
        return !locked && LOCKED.compareAndSet(this, false, true);
    }

    final void unlock() {
        LOCKED.setRelease(this, false);
    }

    final void lock() {
        for (int tries = 0; !tryLock(); tries++) {
            if (tries < SPINS) {
                Thread.onSpinWait();
            } else if (tries < SPINS + YIELDS) {
                letHolderContinue();
            } else {
                LockSupport.parkNanos(PARK_NANOS);
            }
        }
    }

    @SuppressWarnings("ThreadPriorityCheck")
    private static void letHolderContinue() {
        Thread.yield();
    }

    /**
     * Keeps the demand of another node, and what it admitted since its last report. Under the lock.
     *
     * @param pendingNanosMax how long a charge may be pending while the limit is active
     * @return whether it is time to charge what is pending
     */
    final boolean keep(RemoteNode from, double demandPerSecond, long amount, long pendingNanosMax, long nowNanos) {
        others.put(from, demandPerSecond);
        hasNewDemands = true;
        long pending = pendingAmount;
        if (amount != 0) {
            if (pending == 0) {
                pendingSinceNanos = nowNanos;
            }
            pending = Math.min(pending, PENDING_MAX) + amount;
            PENDING_AMOUNT.setRelease(this, pending);
        }
        if (useState == UseState.FAST_PATH && (others.sum() > fastPathDemandMax || pending > fastPathPendingMax)) {
            useState = UseState.IDLE;
        }
        return useState != UseState.FAST_PATH
                && pending != 0
                && (isSingleNode || nowNanos - pendingSinceNanos >= pendingNanosMax);
    }

    /** What is to be charged. Under the lock. */
    final long pendingAmount() {
        return pendingAmount;
    }

    /** What was pending is charged. Under the lock. */
    final void clearPending() {
        if (pendingAmount != 0) {
            PENDING_AMOUNT.setRelease(this, 0L);
        }
    }

    /** Whether a charge is pending. Any thread. */
    final boolean hasPending() {
        return pendingAmount != 0;
    }

    /** How near the limit is to being used up. Under the lock. */
    final UseState useState() {
        return useState;
    }

    /** Under the lock. */
    final void useState(UseState next) {
        useState = next;
    }

    /**
     * Charges stay pending until the next measurement, or until the others demand more than {@code demandPerSecond} or have
     * admitted more than {@code amount} that isn't charged yet. Under the lock.
     */
    final void startFastPath(double demandPerSecond, double amount) {
        useState = UseState.FAST_PATH;
        fastPathDemandMax = demandPerSecond;
        fastPathPendingMax = amount;
    }

    @Override
    final boolean isIdle() {
        return useState != UseState.ACTIVE;
    }

    @Override
    final long remoteUseNanos() {
        return pendingSinceNanos;
    }

    @Override
    final long prefetch() {
        return pendingAmount + others.prefetch();
    }
}
