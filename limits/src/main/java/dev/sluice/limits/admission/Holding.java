package dev.sluice.limits.admission;

import dev.sluice.limits.meter.Meter;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.RateAlgorithm;
import dev.sluice.limits.model.RateLimit;
import dev.sluice.limits.sharing.Ledger;
import dev.sluice.limits.sharing.RequestQueue;
import dev.sluice.limits.usage.WaitTimes;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** All requests of this node that wait for room: how many may, in which order they came, and what became of them. */
public final class Holding {
    private static final int PERIOD_PARTS = 50;
    private static final int WAIT_PARTS = 10;

    private final HoldingBounds bounds;
    private final AtomicLong sequences = new AtomicLong();
    private final AtomicInteger waiting = new AtomicInteger();
    private final LongAdder held = new LongAdder();
    private final LongAdder full = new LongAdder();
    private final LongAdder rejected = new LongAdder();
    private final LongAdder left = new LongAdder();
    private final WaitTimes times = new WaitTimes();

    Holding(HoldingBounds bounds) {
        this.bounds = bounds;
    }

    // ---- for admission ----

    /**
     * Takes a place for a request, unless too many wait, or it would wait in vain.
     *
     * @param waitNanos until the limit has room for the first request that waits, as far as is known
     */
    boolean reserve(Ledger ledger, long waitNanos) {
        long maxWaitNanos = longestWaitNanos(ledger.limit());
        RequestQueue queue = ledger.requestQueue();
        // When a slot becomes free is not known, only whether one ever does.
        boolean isWaitKnown = ledger.limit() instanceof RateLimit || waitNanos == Meter.NEVER;
        boolean isInVain = isWaitKnown && waitNanos > maxWaitNanos;
        if (isInVain || queue.size() >= admittedMax(ledger.limit())) {
            return false;
        }
        if (waiting.incrementAndGet() > bounds.requestsMax()) {
            waiting.decrementAndGet();
            full.increment();
            return false;
        }
        if (!queue.reserve(bounds.perLimitMax())) {
            waiting.decrementAndGet();
            full.increment();
            return false;
        }
        held.increment();
        return true;
    }

    /**
     * How long a request may wait for that limit: its max-wait, and a little more where that lets a whole period pass. A
     * window forgets in steps of 1 % of its period, so what a full one holds is gone 1.01 periods later.
     */
    static long longestWaitNanos(Limit limit) {
        long maxWaitNanos = limit.onExceed().maxWaitNanos();
        return maxWaitNanos + Math.min(limit.periodNanos() / PERIOD_PARTS, maxWaitNanos / WAIT_PARTS);
    }

    /** How many requests a limit that has no room now may admit within its max-wait at most, in the whole cluster. */
    private static double admittedMax(Limit limit) {
        if (limit.unit() != Dimension.Unit.OPERATIONS || !(limit instanceof RateLimit rate)) {
            return Double.MAX_VALUE;
        }
        double periods = (double) limit.onExceed().maxWaitNanos() / limit.periodNanos();
        return rate.rate().algorithm() instanceof RateAlgorithm.TokenBucket
                ? Math.ceil(limit.amount() * periods)
                : limit.amount() * Math.ceil(periods);
    }

    long nextSequence() {
        return sequences.getAndIncrement();
    }

    void countAdmitted(long waitedNanos) {
        end(waitedNanos);
    }

    void countRejected(long waitedNanos) {
        rejected.increment();
        end(waitedNanos);
    }

    void countLeft(long waitedNanos) {
        left.increment();
        end(waitedNanos);
    }

    private void end(long waitedNanos) {
        waiting.decrementAndGet();
        times.add(waitedNanos);
    }

    // ---- for display ----

    /** How many requests wait now. */
    public int waiting() {
        return waiting.get();
    }

    /** How many requests waited, or wait. */
    public long held() {
        return held.sum();
    }

    /** How many requests were rejected at once because too many waited. */
    public long full() {
        return full.sum();
    }

    /** How many requests were rejected after they had waited. */
    public long rejected() {
        return rejected.sum();
    }

    /** How many clients left while their request waited. */
    public long left() {
        return left.sum();
    }

    /** How long requests waited that wait no more, whatever became of them. */
    public WaitTimes times() {
        return times;
    }
}
