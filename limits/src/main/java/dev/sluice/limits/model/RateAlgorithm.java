package dev.sluice.limits.model;

/** What "N per period" means: how what is used is counted and forgotten again. */
public sealed interface RateAlgorithm {
    /** No sliding period holds more than N. */
    record SlidingWindow() implements RateAlgorithm {
        /** All are alike, and a policy may have 100,000. */
        private static final SlidingWindow SHARED = new SlidingWindow();
    }

    /** No period from one edge of the wall clock's to the next holds more than N. */
    record FixedWindow() implements RateAlgorithm {
        /** All are alike, and a policy may have 100,000. */
        private static final FixedWindow SHARED = new FixedWindow();
    }

    /**
     * A bucket that N tokens per period flow into. It starts full. This is RGW's meaning of a rate.
     *
     * @param burst its depth in tokens, at least 1
     */
    record TokenBucket(long burst) implements RateAlgorithm {
        public TokenBucket {
            if (burst < 1 || burst > Limit.AMOUNT_MAX) {
                throw new IllegalArgumentException("burst must be 1 to 2^45, not " + burst);
            }
        }
    }

    /**
     * The original design, for comparison: local plus received counts of the current fixed period, cleared at its end. Each
     * node takes the room that it sees, without pacing and without regard to how many nodes it reaches.
     */
    record Seed() implements RateAlgorithm {
        /** All are alike, and a policy may have 100,000. */
        private static final Seed SHARED = new Seed();
    }

    /** The algorithm of that name. */
    static RateAlgorithm of(MeterAlgorithm name, long burst) {
        return switch (name) {
            case WINDOW -> SlidingWindow.SHARED;
            case FIXED -> FixedWindow.SHARED;
            case BUCKET -> new TokenBucket(burst);
            case SEED -> Seed.SHARED;
        };
    }

    /** Its name in the limits file. */
    default MeterAlgorithm name() {
        if (this instanceof TokenBucket) {
            return MeterAlgorithm.BUCKET;
        }
        if (this instanceof FixedWindow) {
            return MeterAlgorithm.FIXED;
        }
        return this instanceof Seed ? MeterAlgorithm.SEED : MeterAlgorithm.WINDOW;
    }

    /** The sharing that comes next to {@code wanted}: a seed is never paced. */
    default Sharing supported(Sharing wanted) {
        return this instanceof Seed && wanted == Sharing.PACED ? Sharing.NONE : wanted;
    }

    /** How much of a rate of {@code amount} may be used at once. */
    default long capacity(long amount) {
        return this instanceof TokenBucket bucket ? bucket.burst() : amount;
    }

    /** The algorithm for a part of the rate. */
    default RateAlgorithm part(double fraction) {
        return this instanceof TokenBucket bucket
                ? new TokenBucket(Math.max(1, Math.round(bucket.burst() * fraction)))
                : this;
    }
}
