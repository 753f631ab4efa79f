package dev.sluice.limits;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * No sliding period holds more than the limit, as far as this node knows.
 *
 * <p>A ring of 40 slots a period plus one: a slot counts until it lies wholly more than a period back. That is never
 * too little and at most one slot (2.5 % of the period) too long, which is the price in unused limit. Charging is
 * optimistic: add, look at the sum again, take back if another thread was faster. Two threads at the edge may then
 * both be refused, never both admitted.
 */
final class WindowMeter implements Meter {
    static final int SLOTS = 40;
    private static final int RING = SLOTS + 1;

    private final AtomicLongArray ring = new AtomicLongArray(RING);
    private final long slotNanos;
    private volatile Limit limit;

    WindowMeter(Limit limit) {
        this.limit = limit;
        this.slotNanos = limit.periodNanos() / SLOTS;
    }

    @Override
    public boolean tryCharge(long cost, long nowNanos) {
        long amount = limit.amount();
        long needed = Math.max(cost, 1);
        if (used(nowNanos) + needed > amount) {
            return false;
        }
        if (cost == 0) {
            return true;
        }
        add(cost, nowNanos);
        if (used(nowNanos) > amount) {
            add(-cost, nowNanos);
            return false;
        }
        return true;
    }

    @Override
    public void refund(long cost, long nowNanos) {
        add(-cost, nowNanos);
    }

    @Override
    public void charge(long amount, long nowNanos) {
        add(amount, nowNanos);
    }

    private void add(long amount, long nowNanos) {
        long slot = Math.floorDiv(nowNanos, slotNanos);
        int index = (int) Math.floorMod(slot, (long) RING);
        while (true) {
            long packed = ring.get(index);
            long next = TaggedCount.pack(slot, TaggedCount.countIn(packed, slot) + amount);
            if (ring.compareAndSet(index, packed, next)) {
                return;
            }
        }
    }

    @Override
    public long used(long nowNanos) {
        long newest = Math.floorDiv(nowNanos, slotNanos);
        long sum = 0;
        for (long slot = newest - SLOTS; slot <= newest; slot++) {
            sum += countOf(slot);
        }
        return sum;
    }

    @Override
    public long waitNanos(long nowNanos) {
        long amount = limit.amount();
        long excess = used(nowNanos) + 1 - amount;
        if (excess <= 0) {
            return 0;
        }
        long newest = Math.floorDiv(nowNanos, slotNanos);
        long released = 0;
        for (long slot = newest - SLOTS; slot <= newest; slot++) {
            released += countOf(slot);
            if (released >= excess) {
                // This slot has left the window when the slot one period later is over.
                return (slot + SLOTS + 1) * slotNanos - nowNanos;
            }
        }
        return limit.periodNanos();
    }

    @Override
    public boolean adopt(Limit newLimit, long nowNanos) {
        if (newLimit.meter() != MeterKind.WINDOW || newLimit.periodNanos() != limit.periodNanos()) {
            return false;
        }
        limit = newLimit;
        return true;
    }

    private long countOf(long slot) {
        return TaggedCount.countIn(ring.get((int) Math.floorMod(slot, (long) RING)), slot);
    }
}
