package dev.sluice.limits.meter;

import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitRate;
import dev.sluice.limits.model.RateAlgorithm;
import dev.sluice.limits.model.RateLimit;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * No sliding period holds more than the limit, as far as this node knows.
 *
 * <p>One counter of all that was ever charged, and a ring that remembers where it stood when each of the last 100 slots
 * of the period began. What the window holds is the counter less where it stood 100 slots ago: one subtraction, and a
 * charge is one addition. A slot counts until it lies wholly more than a period back. That is never too little and at
 * most one slot (1 % of the period) too long, which is the price in unused limit.
 *
 * <p>The first thread that enters a new slot rotates the ring. It waits for a refund, and a refund waits for it; others
 * go on with the window until now. A charge that races with the rotation counts as later than it was, never as earlier.
 * Two threads at the edge never both take the last unit.
 *
 * <p>The counter may run over: only differences of it are compared.
 */
final class SlidingWindowMeter implements Meter {
    static final int SLOTS = 100;
    private static final int RING = SLOTS + 1;
    /** No more than so much counts in a window, whatever is charged: twice the largest limit. */
    private static final long USED_MAX = 2 * Limit.AMOUNT_MAX;

    private static final int FREE = 0;
    private static final int ROTATING = 1;
    private static final int REFUNDING = 2;

    private volatile long total;
    /** By slot number modulo its length: {@code total} when the slot began. Only the thread that rotates or refunds writes it. */
    private final long[] begins = new long[RING];

    private volatile int ringState = FREE;
    private final long periodNanos;
    private final long slotNanos;
    private volatile Span span;
    private volatile long amount;

    private static final VarHandle TOTAL;
    private static final VarHandle RING_STATE;
    private static final VarHandle BEGINS = MethodHandles.arrayElementVarHandle(long[].class);

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            TOTAL = lookup.findVarHandle(SlidingWindowMeter.class, "total", long.class);
            RING_STATE = lookup.findVarHandle(SlidingWindowMeter.class, "ringState", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /**
     * The window while one slot is the newest.
     *
     * @param newest number of the slot
     * @param endNanos when it ends
     * @param before what the counter stood at when the window's oldest slot began
     * @param oldest what that slot holds
     * @param slotsPerNano one slot over its length
     */
    private record Span(long newest, long endNanos, long before, long oldest, double slotsPerNano) {
        /** How much of the oldest slot has left the window, 0 to 1. */
        double left(long nowNanos) {
            return Math.max(0, Math.min(1, 1 - (endNanos - nowNanos) * slotsPerNano));
        }
    }

    SlidingWindowMeter(LimitRate rate) {
        this.amount = rate.amount();
        this.periodNanos = rate.periodNanos();
        this.slotNanos = periodNanos / SLOTS;
        this.span = new Span(Long.MIN_VALUE, Long.MIN_VALUE, 0, 0, 0);
    }

    @Override
    public boolean tryCharge(long cost, double tolerance, long nowNanos) {
        return chargeUpTo(ceiling(tolerance, nowNanos), cost);
    }

    @Override
    public boolean hasRoom(long cost, double tolerance, long nowNanos) {
        return total + Math.max(cost, 1) - ceiling(tolerance, nowNanos) <= 0;
    }

    @Override
    public double room(long nowNanos) {
        Span now = current(nowNanos);
        return (now.before + amount - total) + now.left(nowNanos) * now.oldest;
    }

    @Override
    public double certainRoom(long nowNanos) {
        return (double) (current(nowNanos).before + amount - total);
    }

    /** How far the counter may go. */
    private long ceiling(double tolerance, long nowNanos) {
        Span now = current(nowNanos);
        return now.before + amount + (long) tolerance;
    }

    private boolean chargeUpTo(long ceiling, long cost) {
        while (true) {
            long sum = total;
            if (sum + Math.max(cost, 1) - ceiling > 0) {
                return false;
            }
            if (cost == 0 || TOTAL.compareAndSet(this, sum, sum + cost)) {
                return true;
            }
        }
    }

    @Override
    public void refund(long cost, long chargedNanos, long nowNanos) {
        current(nowNanos);
        while (!RING_STATE.compareAndSet(this, FREE, REFUNDING)) {
            letHolderContinue();
        }
        long newest = span.newest;
        long charged = Math.floorDiv(chargedNanos, slotNanos);
        if (charged < newest) {
            // Slots that began after the charge must not seem to have begun with it.
            for (long slot = Math.max(charged + 1, newest - SLOTS); slot <= newest; slot++) {
                BEGINS.setOpaque(begins, index(slot), begin(slot) - cost);
            }
            span = spanOf(newest);
        }
        TOTAL.getAndAdd(this, -cost);
        ringState = FREE;
    }

    @Override
    public void charge(long amount, long nowNanos) {
        long used = total - current(nowNanos).before;
        TOTAL.getAndAdd(this, Math.min(amount, Math.max(0, USED_MAX - used)));
    }

    @Override
    public long used(long nowNanos) {
        long before = current(nowNanos).before;
        return Math.max(0, total - before);
    }

    private Span current(long nowNanos) {
        Span now = span;
        return nowNanos < now.endNanos ? now : rotate(nowNanos);
    }

    private Span rotate(long nowNanos) {
        // Read before the ring is claimed: a charge from here on counts in the new slot.
        long sum = total;
        while (ringState == ROTATING || !RING_STATE.compareAndSet(this, FREE, ROTATING)) {
            if (ringState == ROTATING) {
                // The window until now holds no less than the new one.
                return span;
            }
            // A charge that didn't wait for the refund would count in the slot before.
            letHolderContinue();
        }
        long last = span.newest;
        long newest = Math.floorDiv(nowNanos, slotNanos);
        if (newest > last) {
            // The total is smaller only if there was a refund meanwhile.
            long now = total;
            long atBegin = now - sum < 0 ? now : sum;
            for (long slot = Math.max(last + 1, newest - SLOTS); slot <= newest; slot++) {
                BEGINS.setOpaque(begins, index(slot), atBegin);
            }
            span = spanOf(newest);
        }
        ringState = FREE;
        return span;
    }

    /** The ring is held for some 100 stores, unless its holder has lost its processor: it may get this thread's. */
    @SuppressWarnings("ThreadPriorityCheck")
    private static void letHolderContinue() {
        Thread.yield();
    }

    private Span spanOf(long newest) {
        long before = begin(newest - SLOTS);
        long next = begin(newest - SLOTS + 1);
        return new Span(newest, (newest + 1) * slotNanos, before, Math.max(0, next - before), 1.0 / slotNanos);
    }

    private long begin(long slot) {
        return (long) BEGINS.getOpaque(begins, index(slot));
    }

    private static int index(long slot) {
        return (int) Math.floorMod(slot, (long) RING);
    }

    @Override
    public long waitNanos(long units, long nowNanos) {
        long most = amount;
        if (most == 0) {
            return NEVER;
        }
        Span now = current(nowNanos);
        long excess = total - now.before + Math.min(units, most) - most;
        if (excess <= 0) {
            return 0;
        }
        // The first slot at whose end the window has lost enough; what was charged only grows from slot to slot.
        long low = now.newest - SLOTS;
        long high = now.newest;
        while (low < high) {
            long middle = (low + high) >> 1;
            if (begin(middle + 1) - now.before >= excess) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        // That slot has left the window when the slot one period later is over.
        return (low + SLOTS + 1) * slotNanos - nowNanos;
    }

    @Override
    public boolean adopt(Limit newLimit, long nowNanos) {
        boolean isSameKind = newLimit instanceof RateLimit next
                && next.rate().algorithm() instanceof RateAlgorithm.SlidingWindow
                && next.periodNanos() == periodNanos;
        if (isSameKind) {
            amount = newLimit.amount();
        }
        return isSameKind;
    }

    /** {@inheritDoc} Each slot has the age of its end, so that the same meter would put it into the same slot. */
    @Override
    public UsageHistory history(long nowNanos) {
        long newest = current(nowNanos).newest;
        long[] agesNanos = new long[SLOTS + 1];
        long[] amounts = new long[SLOTS + 1];
        int size = 0;
        long end = total;
        for (long slot = newest; slot >= newest - SLOTS; slot--) {
            // A rotation or a refund meanwhile may leave a difference below 0.
            long amount = Math.min(end - begin(slot), Limit.AMOUNT_MAX);
            end = begin(slot);
            if (amount > 0) {
                agesNanos[size] = Math.max(nowNanos - ((slot + 1) * slotNanos - 1), 0);
                amounts[size++] = amount;
            }
        }
        return UsageHistory.of(Arrays.copyOf(agesNanos, size), Arrays.copyOf(amounts, size));
    }

    /**
     * {@inheritDoc} The sums since each slot began are compared, not the slots: the slots of two nodes begin at different
     * times, and a use at an edge would else count twice.
     */
    @Override
    public void restore(UsageHistory history, long nowNanos) {
        current(nowNanos);
        while (!RING_STATE.compareAndSet(this, FREE, REFUNDING)) {
            letHolderContinue();
        }
        long newest = span.newest;
        long sum = total;
        long[] usedSince = new long[SLOTS + 1];
        long restored = 0;
        int next = 0;
        for (int back = 0; back <= SLOTS; back++) {
            long slot = newest - back;
            while (next < history.size() && Math.floorDiv(nowNanos - history.ageNanos(next), slotNanos) >= slot) {
                restored += history.amount(next++);
            }
            usedSince[back] = Math.max(sum - begin(slot), restored);
        }
        long more = usedSince[SLOTS] - (sum - begin(newest - SLOTS));
        for (int back = 0; back <= SLOTS; back++) {
            BEGINS.setOpaque(begins, index(newest - back), sum + more - usedSince[back]);
        }
        span = spanOf(newest);
        TOTAL.getAndAdd(this, more);
        ringState = FREE;
    }
}
