package dev.sluice.limits.meter;

import dev.sluice.limits.model.Limit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The plain design: local plus received counts of the current period, cleared at each period's edge.
 *
 * <p>Periods begin at multiples of the period in wall-clock time as it was when the process started, so that sidecars
 * with synchronised clocks clear together. Its error is blind usage: what others admitted and this node hasn't heard
 * of yet, about {@code demand / limit * (interval / 2 + delay) * (N - 1) / N} of a second's limit, anew each period.
 */
final class SeedMeter implements Meter {
    private final AtomicLong current = new AtomicLong();
    private final long epochOffsetNanos;
    private volatile Limit limit;

    SeedMeter(Limit limit, long epochOffsetNanos) {
        this.limit = limit;
        this.epochOffsetNanos = epochOffsetNanos;
    }

    @Override
    public boolean hasRoom(long cost, double tolerance, long nowNanos) {
        return used(nowNanos) + Math.max(cost, 1) <= limit.amount();
    }

    @Override
    public double room(long nowNanos) {
        return (double) limit.amount() - used(nowNanos);
    }

    @Override
    public boolean tryCharge(long cost, double tolerance, long nowNanos) {
        Limit l = limit;
        long slot = slot(l, nowNanos);
        while (true) {
            long packed = current.get();
            long count = SlotCount.countIn(packed, slot);
            if (count + Math.max(cost, 1) > l.amount()) {
                return false;
            }
            if (cost == 0 || current.compareAndSet(packed, SlotCount.pack(slot, count + cost))) {
                return true;
            }
        }
    }

    @Override
    public void refund(long cost, long chargedNanos, long nowNanos) {
        if (slot(limit, chargedNanos) == slot(limit, nowNanos)) {
            add(-cost, nowNanos);
        }
    }

    @Override
    public void charge(long amount, long nowNanos) {
        add(amount, nowNanos);
    }

    private void add(long amount, long nowNanos) {
        long slot = slot(limit, nowNanos);
        while (true) {
            long packed = current.get();
            long next = SlotCount.pack(slot, SlotCount.countIn(packed, slot) + amount);
            if (current.compareAndSet(packed, next)) {
                return;
            }
        }
    }

    @Override
    public long used(long nowNanos) {
        return SlotCount.countIn(current.get(), slot(limit, nowNanos));
    }

    @Override
    public long waitNanos(long nowNanos) {
        Limit l = limit;
        if (used(nowNanos) < l.amount()) {
            return 0;
        }
        return l.periodNanos() - Math.floorMod(nowNanos + epochOffsetNanos, l.periodNanos());
    }

    @Override
    public boolean adopt(Limit newLimit, long nowNanos) {
        if (newLimit.meter() != limit.meter() || newLimit.periodNanos() != limit.periodNanos()) {
            return false;
        }
        limit = newLimit;
        return true;
    }

    private long slot(Limit l, long nowNanos) {
        return Math.floorDiv(nowNanos + epochOffsetNanos, l.periodNanos());
    }
}
