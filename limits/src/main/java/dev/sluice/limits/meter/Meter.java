package dev.sluice.limits.meter;

import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitRate;
import dev.sluice.limits.model.RateAlgorithm;
import dev.sluice.limits.model.RateLimit;

/**
 * Counts one limit of one subject: what the whole cluster has used of it, as far as this node knows.
 *
 * <p>Safe for concurrent use without locks. A local admission goes through {@link #tryCharge}: two event loops never
 * both take the last unit. What other nodes admitted, and the bytes of a transfer that already runs, are facts:
 * they go through {@link #charge}, which never refuses and may leave the meter above its limit until the excess has aged.
 *
 * <p>Time is {@code nowNanos}, monotonic, and may differ slightly between callers; it never makes a meter grant a
 * fresh burst.
 */
public sealed interface Meter permits SlidingWindowMeter, TokenBucketMeter, FixedWindowMeter, GaugeMeter {
    /** The wait for room that never comes: the limit is 0. No time can be added to it. */
    long NEVER = Long.MAX_VALUE;

    /** A meter for a limit of a dimension. */
    static Meter of(Limit limit, long epochOffsetNanos) {
        if (!(limit instanceof RateLimit rateLimit)) {
            return new GaugeMeter(limit.amount());
        }
        LimitRate rate = rateLimit.rate();
        if (rate.algorithm() instanceof RateAlgorithm.SlidingWindow) {
            return new SlidingWindowMeter(rate);
        }
        if (rate.algorithm() instanceof RateAlgorithm.TokenBucket bucket) {
            return new TokenBucketMeter(rate, bucket.burst());
        }
        return new FixedWindowMeter(rate, epochOffsetNanos);
    }

    /**
     * Charges {@code cost} if there is room for it.
     *
     * @param cost at least 0; 0 asks for room for one unit and takes nothing (the gate before a transfer whose bytes
     *     are charged as they flow)
     */
    default boolean tryCharge(long cost, long nowNanos) {
        return tryCharge(cost, 0, nowNanos);
    }

    /**
     * Charges {@code cost} if there is room for it, with some tolerance where the meter is a window or a bucket.
     *
     * @param tolerance how far above the limit may be gone; 0: strict
     */
    boolean tryCharge(long cost, double tolerance, long nowNanos);

    /** Whether {@link #tryCharge(long, double, long)} would find room now. */
    boolean hasRoom(long cost, double tolerance, long nowNanos);

    /** What is left of the limit, in its unit; below 0 where more was used. */
    double room(long nowNanos);

    /** The room that is there for certain, where {@link #room} assumes that what was charged in a while came evenly. */
    default double certainRoom(long nowNanos) {
        return room(nowNanos);
    }

    /**
     * Takes back what {@link #tryCharge} took for a request that was not admitted after all.
     *
     * @param chargedNanos when it was taken
     */
    void refund(long cost, long chargedNanos, long nowNanos);

    /** Charges what has happened, whatever room there is. A gauge takes it as the requests of other nodes. */
    void charge(long amount, long nowNanos);

    /**
     * Charges a request of this node that is in flight already, whatever room there is.
     *
     * @param cost what {@link #refund} gives back at its end
     */
    default void chargeHere(long cost, long nowNanos) {
        charge(cost, nowNanos);
    }

    /** What counts against the limit now, in its unit. */
    long used(long nowNanos);

    /** {@link #waitNanos(long, long)} for one unit. */
    default long waitNanos(long nowNanos) {
        return waitNanos(1, nowNanos);
    }

    /**
     * How long until so many more units fit, if nothing else is charged meanwhile.
     *
     * @param units at least 1. More than fit into an unused limit count as that many
     * @return 0: they fit now; {@link #NEVER}: the limit is 0
     */
    long waitNanos(long units, long nowNanos);

    /**
     * Takes over a changed limit and keeps what was charged.
     *
     * @return false if the change is of a kind that needs another meter
     */
    boolean adopt(Limit limit, long nowNanos);

    /** What counts against the limit now, with its age. Of a gauge nothing: what is in flight ends with its process. */
    UsageHistory history(long nowNanos);

    /**
     * Takes over what was used before this meter was made, or what another node's meter knows: of any time until now the meter
     * then holds what it held or what the history has, whichever is more. Taking the same history again changes nothing.
     *
     * @param history at most as much as the whole limit lets through at once
     */
    void restore(UsageHistory history, long nowNanos);
}
