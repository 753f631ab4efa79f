package dev.sluice.limits;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * One dimension of one subject on this node: the meter of what the cluster used, and the cumulative count of what
 * this node admitted, which is what the other nodes are told.
 */
final class Ledger {
    final Account account;
    final Dimension dimension;
    final LongAdder rejected = new LongAdder();
    final LongAdder wouldReject = new LongAdder();
    private final AtomicLong admitted = new AtomicLong();
    private volatile Limit limit;
    private volatile Meter meter;

    Ledger(Account account, Dimension dimension, Limit limit, long epochOffsetNanos) {
        this.account = account;
        this.dimension = dimension;
        this.limit = limit;
        this.meter = Meter.of(limit, epochOffsetNanos);
    }

    Limit limit() {
        return limit;
    }

    Meter meter() {
        return meter;
    }

    /** Cumulative, or for a gauge the requests in flight now. Never negative. */
    long admitted() {
        return admitted.get();
    }

    /** An admission that was reserved in the meter is now a fact to tell the others. */
    void commit(long amount) {
        admitted.addAndGet(amount);
    }

    /** What others admitted, or bytes of a running transfer. */
    void charge(long amount, long nowNanos) {
        meter.charge(amount, nowNanos);
    }

    /** Changes the limit and keeps what was charged. One caller at a time. */
    void change(Limit newLimit, long epochOffsetNanos, long nowNanos) {
        if (newLimit.equals(limit)) {
            return;
        }
        Meter old = meter;
        if (!old.adopt(newLimit, nowNanos)) {
            Meter fresh = Meter.of(newLimit, epochOffsetNanos);
            fresh.charge(old.used(nowNanos), nowNanos);
            meter = fresh;
        }
        limit = newLimit;
    }
}
