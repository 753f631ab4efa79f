package dev.sluice.limits.model;

import java.util.Optional;

/**
 * A limit on the bytes that transfers move per period.
 *
 * @param enforcement what happens to a transfer that is larger than what the limit has room for
 */
public record ByteRateLimit(LimitRate rate, OnExceed onExceed, ByteEnforcement enforcement) implements RateLimit {
    /** What happens to a transfer that is larger than what its byte limits have room for; chosen per limit. */
    public enum ByteEnforcement {
        /** The transfer is held: no more is read from its sender until there is room. */
        PACE("pace"),
        /** The transfer runs on. Later requests are rejected until what it used too much has aged. */
        DEFER("debt");

        private final String key;

        ByteEnforcement(String key) {
            this.key = key;
        }

        /** The enforcement of a configuration value such as {@code pace}. */
        public static Optional<ByteEnforcement> ofKey(String key) {
            for (ByteEnforcement enforcement : values()) {
                if (enforcement.key.equals(key)) {
                    return Optional.of(enforcement);
                }
            }
            return Optional.empty();
        }

        /** The value in the limits file. */
        public String key() {
            return key;
        }
    }

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
