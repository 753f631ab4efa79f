package dev.sluice.limits.pacing;

import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.Membership;
import java.util.concurrent.TimeUnit;

/**
 * By how much more is used of one limit than it has room for. What was used before the limit was changed, or before this node
 * had learnt from the others what they admitted, is none. Owned by the thread that reports.
 */
public final class LimitExcess {
    /** After a change, until what was admitted by the limit before is known. */
    private static final long SETTLING_NANOS_MAX = TimeUnit.SECONDS.toNanos(60);

    private long capacity;
    /** What was used beyond the limit when that was no excess; it only falls. */
    private long allowed;

    private boolean isSettling;
    private long settledNanos;

    /**
     * Of a limit that begins to be shared out.
     *
     * @param capacity of the limit
     * @param used of it before
     */
    public LimitExcess(long capacity, long used) {
        this.capacity = capacity;
        this.allowed = used;
    }

    /**
     * The excess now, at least 0.
     *
     * @param membership whether this node has only just begun to receive
     */
    public long measure(long used, Limit limit, Membership membership, long nowNanos) {
        return measure(used, limit.capacity(), limit.periodNanos(), membership.isStarting(), nowNanos);
    }

    long measure(long used, long capacityNow, long periodNanos, boolean isStarting, long nowNanos) {
        if (isStarting || capacityNow != capacity) {
            capacity = capacityNow;
            isSettling = true;
            settledNanos = nowNanos + Math.min(periodNanos, SETTLING_NANOS_MAX);
        }
        if (isSettling) {
            isSettling = nowNanos - settledNanos < 0;
            allowed = used;
            return 0;
        }
        long excess = Math.max(0, used - Math.max(capacity, allowed));
        allowed = Math.min(allowed, used);
        return excess;
    }
}
