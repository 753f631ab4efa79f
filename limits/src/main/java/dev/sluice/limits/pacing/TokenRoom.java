package dev.sluice.limits.pacing;

import dev.sluice.limits.meter.Meter;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.RateAlgorithm;
import dev.sluice.limits.model.RateLimit;

/**
 * What a rate quota adds to a node's share. A call may take many tokens at once, and a quota that nobody else asks for is
 * this node's alone.
 *
 * <p>A call needs one token of the share, and all of its tokens must be left in the cluster, as far as this node knows. Of a
 * quota that is nearly used up it needs all of its tokens of the share, or as many as the share may save up. What it takes
 * beyond the share is paid by the share's flow: until then the node has nothing. So a call that is larger than the share
 * passes, and all nodes together still keep to the limit in the long run.
 *
 * <p>While no other node asks, the node takes all that is left, at once if it is asked to. A sixteenth of the quota is reported
 * at once, not with the next regular report: other nodes know of it within a few milliseconds. In that time each of them may
 * do the same, which is the price: after a rest, N nodes that are all asked within these milliseconds may together take N
 * times what is left, once.
 *
 * <p>The holder of the sharing's lock calls {@link #publish}. Any thread may call the rest.
 */
public final class TokenRoom {
    /** Of what is divided, a second: so much demand of others doesn't count while much is left. */
    private static final double OTHERS_FEW = 0.05;

    private static final double OTHERS_NONE = 1e-6;
    /** The part of a quota that is much. */
    private static final double MUCH_LEFT = 0.25;
    /** The part of a quota that others should receive at once. */
    private static final double URGENT_PART = 1.0 / 16;

    /** The part of a quota that is left when each call for several tokens is reported at once. */
    private static final double NEARLY_USED_UP = 0.15;
    /** What fills a quota from nothing has settled by then. */
    private static final long LATELY_NANOS = 5 * Limit.SECOND_NANOS;

    private static final double ROUNDING = 1e-6;
    /** A window's slots are a hundredth of it long. */
    private static final double SLOTS = 1.02;

    /** No amount: this node has a share, as of any limit. */
    public static final double HAS_SHARE = -1;

    private volatile double wholeCeiling = Double.MAX_VALUE;
    private volatile double urgentFrom = Double.MAX_VALUE;
    private volatile double nearlyUsedUp;
    private volatile boolean isAlone;
    private long aloneNanos;
    private volatile double others;
    private volatile double saved;

    /** As many tokens of the share may be saved up. */
    public double saved() {
        return saved;
    }

    /** Sets {@link #saved()}. Under the sharing's lock. */
    public void saved(double tokens) {
        saved = tokens;
    }

    /**
     * Sets what decisions read from here on.
     *
     * @param kept what this node has taken
     * @param reported what it had taken when it last reported
     * @param room what is left in the cluster
     * @param capacity the most that can be left
     * @param demanded by other nodes, a second
     * @param dividedPerSecond what is divided among the nodes
     * @return what this node may take, because nobody else asks; {@link #HAS_SHARE}
     */
    public double publish(
            long kept,
            long reported,
            double room,
            double capacity,
            double demanded,
            double dividedPerSecond,
            long nowNanos) {
        // The meter has the last word: it counts in whole numbers, and the room may be rounded down.
        wholeCeiling = kept + room + 1;
        urgentFrom = reported + Math.max(1, URGENT_PART * capacity);
        nearlyUsedUp = NEARLY_USED_UP * capacity;
        others = demanded;
        boolean alone =
                demanded < OTHERS_NONE || (demanded <= OTHERS_FEW * dividedPerSecond && room >= MUCH_LEFT * capacity);
        isAlone = alone;
        if (alone) {
            aloneNanos = nowNanos;
        }
        return alone ? Math.max(0, room) + ROUNDING : HAS_SHARE;
    }

    /** Whether this node may take all that is left, because nobody else asks. */
    public boolean isAlone() {
        return isAlone;
    }

    /** Whether all tokens of a call are left, when this node has taken so much. */
    public boolean fits(long kept, long cost) {
        return cost <= 1 || kept + cost <= wholeCeiling;
    }

    /** Whether others should receive at once what this node has taken, of which {@code cost} in the last call. */
    public boolean isUrgent(long kept, long cost, Meter meter, long nowNanos) {
        return kept >= urgentFrom || (cost > 1 && !isAlone && meter.room(nowNanos) < nearlyUsedUp);
    }

    /** Whether this node has been alone lately, and is no more. Under the lock. */
    public boolean wasAloneLately(long nowNanos) {
        return !isAlone && nowNanos - aloneNanos < LATELY_NANOS;
    }

    /**
     * How long until so many tokens are left, if nobody takes any from now on.
     *
     * @param cost at least 1, at most the capacity
     * @param capacity the most that can be left
     * @param late what others may have taken that isn't known here yet
     * @param lateNanos until it is known
     */
    public static long waitNanos(
            Meter meter, RateLimit limit, long cost, double capacity, double late, long lateNanos, long nowNanos) {
        double needed = cost + late;
        RateAlgorithm algorithm = limit.rate().algorithm();
        if (algorithm instanceof RateAlgorithm.FixedWindow) {
            long waitNanos = meter.waitNanos((long) Math.ceil(needed), nowNanos);
            // What is known after the next edge only counts in the next window.
            return waitNanos > 0 && waitNanos < lateNanos
                    ? waitNanos + ceilingOf(lateNanos - waitNanos, limit.periodNanos())
                    : Math.max(waitNanos, lateNanos);
        }
        if (needed <= capacity) {
            return Math.max(meter.waitNanos((long) Math.ceil(needed), nowNanos), lateNanos);
        }
        if (algorithm instanceof RateAlgorithm.TokenBucket) {
            double flowNanos = (needed - capacity) * limit.periodNanos() / limit.amount();
            return Math.max(meter.waitNanos((long) capacity, nowNanos) + (long) flowNanos, lateNanos);
        }
        return lateNanos + (long) (SLOTS * limit.periodNanos());
    }

    /** The next multiple of a period. */
    private static long ceilingOf(long nanos, long periodNanos) {
        return (nanos + periodNanos - 1) / periodNanos * periodNanos;
    }

    /** What others may have taken, and will be known in that time: what they demand, and no more than is divided. */
    public double late(double dividedPerSecond, long lateNanos) {
        return Math.min(others, dividedPerSecond) * lateNanos / Limit.SECOND_NANOS;
    }
}
