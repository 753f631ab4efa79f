package dev.sluice.limits.model;

/**
 * So much per period, counted by an algorithm and shared by the nodes of the cluster.
 *
 * @param amount operations or bytes; 0 admits nothing
 * @param periodNanos {@value #PERIOD_NANOS_MIN} to {@value #PERIOD_NANOS_MAX}
 * @param sharing how nodes share it; a {@link RateAlgorithm.Seed} is never paced
 */
public record LimitRate(long amount, long periodNanos, RateAlgorithm algorithm, Sharing sharing) {
    /** The shortest period. */
    public static final long PERIOD_NANOS_MIN = Limit.SECOND_NANOS;
    /** The longest period. */
    public static final long PERIOD_NANOS_MAX = 24 * 3600 * Limit.SECOND_NANOS;

    public LimitRate {
        Limit.checkedAmount(amount);
        if (periodNanos < PERIOD_NANOS_MIN || periodNanos > PERIOD_NANOS_MAX) {
            throw new IllegalArgumentException("period must be 1 s to 24 h, not " + periodNanos + " ns");
        }
        if (sharing != algorithm.supported(sharing)) {
            throw new IllegalArgumentException("the meter seed isn't paced");
        }
    }

    /** A rate that is paced where its algorithm can be. The burst of a bucket is one period's worth. */
    public static LimitRate of(long amount, long periodNanos, MeterAlgorithm algorithm) {
        return of(amount, periodNanos, RateAlgorithm.of(algorithm, Math.max(1, amount)));
    }

    /** A rate that is paced where its algorithm can be. */
    public static LimitRate of(long amount, long periodNanos, RateAlgorithm algorithm) {
        return new LimitRate(amount, periodNanos, algorithm, algorithm.supported(Sharing.PACED));
    }

    /** The same rate with another sharing. */
    public LimitRate with(Sharing newSharing) {
        return new LimitRate(amount, periodNanos, algorithm, newSharing);
    }

    /** As {@link Limit#fraction}; a node for itself where the sharing doesn't look at others. */
    double fraction(Membership membership) {
        return switch (sharing) {
            case PACED, NONE -> algorithm instanceof RateAlgorithm.Seed ? 1 : membership.fraction();
            case STATIC -> 1.0 / membership.known();
            case LOCAL -> 1;
        };
    }

    LimitRate part(double fraction) {
        return fraction == 1 || amount == 0
                ? this
                : new LimitRate(part(amount, fraction), periodNanos, algorithm.part(fraction), sharing);
    }

    static long part(long amount, double fraction) {
        return fraction == 1 || amount == 0 ? amount : Math.max(1, Math.round(amount * fraction));
    }

    String text() {
        if (periodNanos == Limit.SECOND_NANOS) {
            return amount + "/s";
        }
        if (periodNanos == 60 * Limit.SECOND_NANOS) {
            return amount + "/min";
        }
        if (periodNanos == 3600 * Limit.SECOND_NANOS) {
            return amount + "/h";
        }
        if (periodNanos == PERIOD_NANOS_MAX) {
            return amount + "/d";
        }
        return amount + "/" + periodNanos / 1_000_000 + "ms";
    }
}
