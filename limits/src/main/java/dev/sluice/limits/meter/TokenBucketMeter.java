package dev.sluice.limits.meter;

import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitRate;
import dev.sluice.limits.model.RateAlgorithm;
import dev.sluice.limits.model.RateLimit;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A token bucket: rate {@code amount} per period, depth {@code burst}, full at first. Any interval T admits at most
 * {@code rate * T + burst}.
 *
 * <p>Its state is one number, the time at which the bucket would be full again if nothing more were taken. Taking a token
 * moves it one token's time into the future (the generic cell rate algorithm, ITU-T I.371). What other nodes admitted may
 * take the level below zero, to one period's worth at the lowest: a burst on another node can't lock a subject out for long.
 */
final class TokenBucketMeter implements Meter {
    /** No bucket takes longer to fill, some 70 years: so much can be added to a time without an overflow. */
    private static final long FILL_NANOS_MAX = Long.MAX_VALUE / 4;

    private volatile long fullAtNanos = Long.MIN_VALUE / 2;
    private volatile Fill fill;
    /** What was taken of a larger bucket, and is more than this one counts. Of the thread that changes limits. */
    private long beyondLowest;

    private static final VarHandle FULL_AT_NANOS;

    static {
        try {
            FULL_AT_NANOS = MethodHandles.lookup().findVarHandle(TokenBucketMeter.class, "fullAtNanos", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Derived from the limit once, so that a decision needs one volatile read. */
    private record Fill(long periodNanos, double nanosPerToken, long depthNanos) {
        static Fill of(LimitRate rate, long burst) {
            if (rate.amount() == 0) {
                return new Fill(rate.periodNanos(), 0, -1);
            }
            double nanosPerToken = (double) rate.periodNanos() / rate.amount();
            return new Fill(rate.periodNanos(), nanosPerToken, Math.round(nanosPerToken * burst));
        }

        long nanos(long tokens) {
            return Math.round(tokens * nanosPerToken);
        }

        /** The lowest level that charges take it to, below a full bucket. */
        long lowestNanos() {
            return Math.max(depthNanos, 0) + periodNanos;
        }

        long deepestNanos(double tolerance) {
            return depthNanos + (long) (tolerance * nanosPerToken);
        }
    }

    TokenBucketMeter(LimitRate rate, long burst) {
        this.fill = Fill.of(rate, burst);
    }

    @Override
    public boolean hasRoom(long cost, double tolerance, long nowNanos) {
        Fill r = fill;
        return Math.max(fullAtNanos - nowNanos, 0) + r.nanos(Math.max(cost, 1)) <= r.deepestNanos(tolerance);
    }

    @Override
    public double room(long nowNanos) {
        Fill r = fill;
        return r.nanosPerToken == 0 ? 0 : (r.depthNanos - Math.max(0, fullAtNanos - nowNanos)) / r.nanosPerToken;
    }

    @Override
    public boolean tryCharge(long cost, double tolerance, long nowNanos) {
        Fill r = fill;
        long takesNanos = r.nanos(Math.max(cost, 1));
        long deepestNanos = r.deepestNanos(tolerance);
        while (true) {
            long fullAt = fullAtNanos;
            long next = Math.max(fullAt, nowNanos) + takesNanos;
            if (next - nowNanos > deepestNanos) {
                return false;
            }
            if (cost == 0 || FULL_AT_NANOS.compareAndSet(this, fullAt, next)) {
                return true;
            }
        }
    }

    @Override
    public void refund(long cost, long chargedNanos, long nowNanos) {
        long nanos = fill.nanos(cost);
        FULL_AT_NANOS.getAndAdd(this, -nanos);
    }

    @Override
    public void charge(long amount, long nowNanos) {
        Fill r = fill;
        long lowestNanos = r.lowestNanos();
        long takesNanos = Math.min(r.nanos(amount), lowestNanos);
        while (true) {
            long fullAt = fullAtNanos;
            long next = Math.max(fullAt, nowNanos) + takesNanos;
            // The level has a lower bound, but a charge never raises it.
            next = Math.max(fullAt, Math.min(next, nowNanos + lowestNanos));
            if (FULL_AT_NANOS.compareAndSet(this, fullAt, next)) {
                return;
            }
        }
    }

    @Override
    public long used(long nowNanos) {
        Fill r = fill;
        if (r.nanosPerToken == 0) {
            return 0;
        }
        return Math.round(Math.max(0, fullAtNanos - nowNanos) / r.nanosPerToken);
    }

    @Override
    public long waitNanos(long units, long nowNanos) {
        Fill r = fill;
        if (r.nanosPerToken == 0) {
            return NEVER;
        }
        long missingNanos = Math.min(r.nanos(units), r.depthNanos) - r.depthNanos;
        return Math.max(0, Math.max(fullAtNanos - nowNanos, 0) + missingNanos);
    }

    @Override
    public boolean adopt(Limit newLimit, long nowNanos) {
        if (!(newLimit instanceof RateLimit next)
                || !(next.rate().algorithm() instanceof RateAlgorithm.TokenBucket bucket)) {
            return false;
        }
        long used = used(nowNanos);
        // While a bucket is a part of itself, it is too small for what was taken of the whole.
        long tokensTaken = used > 0 ? used + beyondLowest : 0;
        Fill r = Fill.of(next.rate(), bucket.burst());
        long nanos = Math.min(r.nanos(tokensTaken), FILL_NANOS_MAX);
        fill = r;
        fullAtNanos = nowNanos + Math.min(nanos, r.lowestNanos());
        beyondLowest = Math.max(0, tokensTaken - used(nowNanos));
        return true;
    }

    /** {@inheritDoc} A bucket doesn't know when it was used, only how much it lacks now. */
    @Override
    public UsageHistory history(long nowNanos) {
        return UsageHistory.ofOne(0, used(nowNanos));
    }

    @Override
    public void restore(UsageHistory history, long nowNanos) {
        Fill r = fill;
        long restored = Long.MIN_VALUE / 2;
        for (int i = history.size() - 1; i >= 0; i--) {
            long usedNanos = nowNanos - history.ageNanos(i);
            long missingNanos = Math.min(r.nanos(history.amount(i)), FILL_NANOS_MAX);
            restored = Math.min(Math.max(restored, usedNanos) + missingNanos, nowNanos + FILL_NANOS_MAX);
        }
        while (true) {
            long fullAt = fullAtNanos;
            if (restored <= fullAt || FULL_AT_NANOS.compareAndSet(this, fullAt, restored)) {
                return;
            }
        }
    }
}
