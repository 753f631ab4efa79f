package dev.sluice.limits;

import java.util.concurrent.atomic.AtomicLong;

/** Requests in flight, here and on the other nodes. Nothing ages: what is charged is given back when it ends. */
final class GaugeMeter implements Meter {
    private static final long RETRY_NANOS = Limit.SECOND_NANOS;

    private final AtomicLong inFlight = new AtomicLong();
    private volatile Limit limit;

    GaugeMeter(Limit limit) {
        this.limit = limit;
    }

    @Override
    public boolean tryCharge(long cost, long nowNanos) {
        long amount = limit.amount();
        while (true) {
            long now = inFlight.get();
            if (now + Math.max(cost, 1) > amount) {
                return false;
            }
            if (inFlight.compareAndSet(now, now + cost)) {
                return true;
            }
        }
    }

    @Override
    public void refund(long cost, long nowNanos) {
        inFlight.addAndGet(-cost);
    }

    /** {@inheritDoc} Takes changes in both directions. */
    @Override
    public void charge(long amount, long nowNanos) {
        inFlight.addAndGet(amount);
    }

    @Override
    public long used(long nowNanos) {
        return Math.max(0, inFlight.get());
    }

    /** {@inheritDoc} When a request in flight ends isn't known: a second. */
    @Override
    public long waitNanos(long nowNanos) {
        return used(nowNanos) < limit.amount() ? 0 : RETRY_NANOS;
    }

    @Override
    public boolean adopt(Limit newLimit, long nowNanos) {
        if (newLimit.periodNanos() != 0) {
            return false;
        }
        limit = newLimit;
        return true;
    }
}
