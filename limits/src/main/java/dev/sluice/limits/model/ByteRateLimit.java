package dev.sluice.limits.model;

/**
 * A limit on the bytes that transfers move per period.
 *
 * @param enforcement what happens to a transfer that is larger than what the limit has room for
 */
public record ByteRateLimit(LimitRate rate, OnExceed onExceed, ByteEnforcement enforcement) implements RateLimit {
    public ByteRateLimit {
        if (enforcement == ByteEnforcement.PACE && rate.algorithm() instanceof RateAlgorithm.Seed) {
            throw new IllegalArgumentException("the meter seed doesn't pace transfers");
        }
    }

    /** A limit that rejects requests, and for which transfers wait where its algorithm can pace them. */
    public static ByteRateLimit of(LimitRate rate) {
        boolean isSeed = rate.algorithm() instanceof RateAlgorithm.Seed;
        return new ByteRateLimit(rate, OnExceed.REJECT, isSeed ? ByteEnforcement.DEFER : ByteEnforcement.PACE);
    }

    @Override
    public Dimension.Unit unit() {
        return Dimension.Unit.BYTES;
    }

    /** Whether transfers wait for it. A shadow limit holds nothing. */
    public boolean holdsTransfers() {
        return enforcement == ByteEnforcement.PACE && rate.amount() > 0 && !onExceed.isShadow();
    }

    /** The same limit with another rule for large transfers. */
    public ByteRateLimit with(ByteEnforcement newEnforcement) {
        return new ByteRateLimit(rate, onExceed, newEnforcement);
    }

    @Override
    public ByteRateLimit with(OnExceed newOnExceed) {
        return new ByteRateLimit(rate, newOnExceed, enforcement);
    }

    @Override
    public ByteRateLimit with(Sharing newSharing) {
        return new ByteRateLimit(rate.with(newSharing), onExceed, enforcement);
    }

    @Override
    public ByteRateLimit part(double fraction) {
        return new ByteRateLimit(rate.part(fraction), onExceed, enforcement);
    }
}
