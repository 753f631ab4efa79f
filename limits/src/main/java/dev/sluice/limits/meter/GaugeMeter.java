package dev.sluice.limits.meter;

import dev.sluice.limits.model.ConcurrencyLimit;
import dev.sluice.limits.model.Limit;
import java.util.concurrent.atomic.AtomicLong;

/** Requests in flight, on this node and the others. Nothing ages: a charge is given back when the request ends. */
final class GaugeMeter implements Meter {
    private static final long RETRY_NANOS = Limit.SECOND_NANOS;
    /** Of other nodes; each of a thousand may report the largest limit. */
    private static final long REMOTE_MAX = Long.MAX_VALUE / 4;

    private final AtomicLong here = new AtomicLong();
    private final AtomicLong remote = new AtomicLong();
    private volatile long amount;

    GaugeMeter(long amount) {
        this.amount = amount;
    }

    @Override
    public boolean hasRoom(long cost, double tolerance, long nowNanos) {
        return used(nowNanos) + Math.max(cost, 1) <= amount;
    }

    @Override
    public double room(long nowNanos) {
        return (double) amount - used(nowNanos);
    }

    @Override
    public boolean tryCharge(long cost, double tolerance, long nowNanos) {
        long most = amount;
        while (true) {
            long inFlight = here.get();
            if (inFlight + remote.get() + Math.max(cost, 1) > most) {
                return false;
            }
            if (here.compareAndSet(inFlight, inFlight + cost)) {
                return true;
            }
        }
    }

    @Override
    public void refund(long cost, long chargedNanos, long nowNanos) {
        here.addAndGet(-cost);
    }

    @Override
    public void chargeHere(long cost, long nowNanos) {
        here.addAndGet(cost);
    }

    /**
     * {@inheritDoc} Takes changes in both directions, and never falls below 0: the end of a request may be reported whose
     * begin was not, because there was no limit yet.
     */
    @Override
    public void charge(long amount, long nowNanos) {
        remote.accumulateAndGet(
                amount, (before, change) -> Math.max(0, before + Math.min(change, REMOTE_MAX - before)));
    }

    @Override
    public long used(long nowNanos) {
        return here.get() + remote.get();
    }

    /** {@inheritDoc} When a request in flight ends isn't known: a second. */
    @Override
    public long waitNanos(long units, long nowNanos) {
        long most = amount;
        if (most == 0) {
            return NEVER;
        }
        return used(nowNanos) + Math.min(units, most) <= most ? 0 : RETRY_NANOS;
    }

    @Override
    public boolean adopt(Limit newLimit, long nowNanos) {
        if (!(newLimit instanceof ConcurrencyLimit)) {
            return false;
        }
        amount = newLimit.amount();
        return true;
    }

    @Override
    public UsageHistory history(long nowNanos) {
        return UsageHistory.NONE;
    }

    @Override
    public void restore(UsageHistory history, long nowNanos) {
        // What is in flight now is reported as long as it is.
    }
}
