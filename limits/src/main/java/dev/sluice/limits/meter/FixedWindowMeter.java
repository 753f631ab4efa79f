package dev.sluice.limits.meter;

import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitRate;
import dev.sluice.limits.model.RateAlgorithm;
import dev.sluice.limits.model.RateLimit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Local plus received counts of the current period, cleared at each period's edge. It serves the algorithms fixed and
 * seed.
 *
 * <p>Periods begin at multiples of the period in wall-clock time as it was when the process started, so that sidecars
 * with synchronised clocks clear together. Without pacing its error is what others admitted and this node hasn't received
 * yet: about {@code demand / limit * (interval / 2 + delay) * (N - 1) / N} of a second's limit, anew each period.
 */
final class FixedWindowMeter implements Meter {
    private final AtomicLong current = new AtomicLong();
    private final long epochOffsetNanos;
    private final long periodNanos;
    private volatile long limit;

    FixedWindowMeter(LimitRate rate, long epochOffsetNanos) {
        this.limit = rate.amount();
        this.periodNanos = rate.periodNanos();
        this.epochOffsetNanos = epochOffsetNanos;
    }

    @Override
    public boolean hasRoom(long cost, double tolerance, long nowNanos) {
        return used(nowNanos) + Math.max(cost, 1) <= limit;
    }

    @Override
    public double room(long nowNanos) {
        return (double) limit - used(nowNanos);
    }

    @Override
    public boolean tryCharge(long cost, double tolerance, long nowNanos) {
        long most = limit;
        long slot = slot(nowNanos);
        while (true) {
            long packed = current.get();
            long count = SlotCount.countIn(packed, slot);
            if (count + Math.max(cost, 1) > most) {
                return false;
            }
            if (cost == 0 || current.compareAndSet(packed, SlotCount.pack(slot, count + cost))) {
                return true;
            }
        }
    }

    @Override
    public void refund(long cost, long chargedNanos, long nowNanos) {
        if (slot(chargedNanos) == slot(nowNanos)) {
            add(-cost, nowNanos);
        }
    }

    @Override
    public void charge(long amount, long nowNanos) {
        add(amount, nowNanos);
    }

    private void add(long amount, long nowNanos) {
        long slot = slot(nowNanos);
        while (true) {
            long packed = current.get();
            long next = SlotCount.pack(slot, SlotCount.plus(SlotCount.countIn(packed, slot), amount));
            if (current.compareAndSet(packed, next)) {
                return;
            }
        }
    }

    @Override
    public long used(long nowNanos) {
        return SlotCount.countIn(current.get(), slot(nowNanos));
    }

    @Override
    public long waitNanos(long units, long nowNanos) {
        long most = limit;
        if (most == 0) {
            return NEVER;
        }
        if (used(nowNanos) + Math.min(units, most) <= most) {
            return 0;
        }
        return periodNanos - Math.floorMod(nowNanos + epochOffsetNanos, periodNanos);
    }

    @Override
    public boolean adopt(Limit newLimit, long nowNanos) {
        boolean isSameKind =
                newLimit instanceof RateLimit next && isFixed(next.rate()) && next.periodNanos() == periodNanos;
        if (isSameKind) {
            limit = newLimit.amount();
        }
        return isSameKind;
    }

    /** {@inheritDoc} As if all of it were used in the middle of the period so far: clocks may differ by half of that. */
    @Override
    public UsageHistory history(long nowNanos) {
        long sinceEdge = Math.floorMod(nowNanos + epochOffsetNanos, periodNanos);
        return UsageHistory.ofOne(sinceEdge / 2, used(nowNanos));
    }

    @Override
    public void restore(UsageHistory history, long nowNanos) {
        long slot = slot(nowNanos);
        long restored = 0;
        for (int i = 0; i < history.size(); i++) {
            restored += slot(nowNanos - history.ageNanos(i)) == slot ? history.amount(i) : 0;
        }
        while (true) {
            long packed = current.get();
            if (restored <= SlotCount.countIn(packed, slot)
                    || current.compareAndSet(packed, SlotCount.pack(slot, restored))) {
                return;
            }
        }
    }

    private static boolean isFixed(LimitRate rate) {
        return rate.algorithm() instanceof RateAlgorithm.FixedWindow || rate.algorithm() instanceof RateAlgorithm.Seed;
    }

    private long slot(long nowNanos) {
        return Math.floorDiv(nowNanos + epochOffsetNanos, periodNanos);
    }
}
