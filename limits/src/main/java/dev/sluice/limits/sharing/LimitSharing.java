package dev.sluice.limits.sharing;

import dev.sluice.limits.meter.Meter;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.pacing.RemoteNode;
import dev.sluice.limits.pacing.ReturnTimes;
import org.jspecify.annotations.Nullable;

/**
 * How this node takes its part of one limit that other nodes use too. A {@link Ledger} has one of these kinds at a time.
 *
 * <p>Event loops call {@link #hasRoom}, {@link #tryTake} and {@link #waitNanos}. The reporting thread calls
 * {@link #measure} once an interval. The thread that receives reports calls {@link #applyRemote}.
 */
abstract sealed class LimitSharing permits UnsharedLimit, SharedSlots, PendingCharges {
    private final ReturnTimes returnTimes;

    LimitSharing(long nowNanos) {
        returnTimes = new ReturnTimes(nowNanos);
    }

    /** Whether {@link #tryTake} would find room now, the chances of probabilistic admission left aside. */
    abstract boolean hasRoom(long cost, long nowNanos);

    /** Takes {@code cost} of that meter, if there is room on this node and in the cluster. */
    abstract boolean tryTake(Meter meter, long cost, long nowNanos);

    /**
     * The time until {@link #tryTake} would admit one more request, as far as is known. Asking changes nothing.
     *
     * @param cost of the request, at least 1. Where a request takes one at a time, this isn't looked at
     * @return 0: now; {@link Meter#NEVER}: never
     */
    abstract long waitNanos(long cost, long nowNanos);

    /**
     * When a refused request should return, from now: once there is room, and a few seconds later at most, after those that
     * were refused before it. Each call is one more request that will return.
     *
     * @param waitNanos until there is room
     * @param random 0 to 1
     * @return at least {@code waitNanos}; {@link Meter#NEVER}: it should not return
     */
    final long returnNanos(long waitNanos, double random, long nowNanos) {
        if (waitNanos == Meter.NEVER) {
            return Meter.NEVER;
        }
        expectReturn(waitNanos, nowNanos);
        double perSecond = admittedPerSecond();
        double apartNanos = perSecond > 0 ? refusedUnits() / perSecond * Limit.SECOND_NANOS : 0;
        return returnTimes.next(waitNanos, apartNanos, random, nowNanos) + (long) (random * unknownWaitNanos());
    }

    /** Where nobody knows when there is room: over what time refused requests return, beyond their wait. */
    long unknownWaitNanos() {
        return 0;
    }

    /** A request was refused and will return after that time, or a little later. */
    void expectReturn(long waitNanos, long nowNanos) {}

    /** What this node admits a second while more is asked for, in units of the limit; 0: unknown. */
    abstract double admittedPerSecond();

    /** Applies the demand of another node, and what it admitted since its last report. */
    abstract void applyRemote(RemoteNode from, double demandPerSecond, long amount, long nowNanos);

    /** Reads a part of what {@link #applyRemote} will need; what is returned means nothing. */
    abstract long prefetch();

    /** When another node last used the limit, as far as is known, or shortly before. */
    abstract long remoteUseNanos();

    /** Measures the demand since the last call. Belongs to the thread that reports. */
    abstract void measure(long nowNanos);

    /** The demand that is reported to the other nodes; 0 where they don't need it. */
    abstract double demand();

    /** The limit or the membership has changed. */
    abstract void update(long nowNanos);

    /** The limit has changed: what was admitted by the one before is no excess. */
    void startExcessAnew(long nowNanos) {}

    /** Does what is due: event loops call it before they look at a transfer. */
    void maintainIfDue(long nowNanos) {}

    /** Charges what was received and is still pending, for a reader of the meter. */
    void settle(long nowNanos) {}

    /** How much this node may admit in that time if it receives nothing; 0: nothing holds it to a share. */
    double unsynchronisedMax(double seconds, long nowNanos) {
        return 0;
    }

    /** How far all nodes together may exceed the limit by what they don't know of each other. */
    double excessBound(long nowNanos) {
        return 0;
    }

    /** Whether nothing would be lost if {@link #measure} came a few reports later. Belongs to the thread that reports. */
    boolean isIdle() {
        return false;
    }

    /** A node's even share of the limit, a second, as of the last {@link #measure}; 0 where nothing is paced. */
    double evenShare() {
        return 0;
    }

    /** Whether the cluster used so little at the last {@link #measure} that no node is near the limit. */
    boolean isFarBelowLimit() {
        return false;
    }

    /** Whether the limit was nearly used up at the last {@link #measure}. */
    boolean isNearLimit() {
        return false;
    }

    /** The other nodes are about to receive that this node admitted so much more. */
    void countReported(long amount) {}

    /** The other nodes don't receive what was measured last: it was not worth a report, or the report had no room. */
    void reportDeferred() {}

    /** Whether it matters that each report is received. */
    boolean needsReceipts() {
        return false;
    }

    /** What a request that was refused would have used. */
    long refusedUnits() {
        return 1;
    }

    /** The queue in which transfers wait; null where nothing holds them. */
    @Nullable
    TransferQueue queue() {
        return null;
    }
}
