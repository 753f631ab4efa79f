package dev.sluice.limits.pacing;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Probabilistic admission that falls evenly. Each request adds its probability to a sum, and is admitted if that passes a
 * whole number. So about the same number of so many requests in a row is admitted, which independent random decisions would
 * leave to chance. Thread-safe.
 */
public final class EvenSampler {
    private static final int WHOLE_BITS = 20;
    private static final long WHOLE = 1L << WHOLE_BITS;

    private final AtomicLong sum;

    /**
     * Creates a sampler.
     *
     * @param begin random, from 0 to 1: nodes that start together must not all admit together
     */
    public EvenSampler(double begin) {
        sum = new AtomicLong((long) (begin * WHOLE));
    }

    /**
     * Whether one request is admitted.
     *
     * @param probability from 0 to 1
     * @param random from 0 to 1: shifts what is added by up to half the probability, but never above a whole, so that of
     *     clients that alternate none is always refused
     */
    public boolean admits(double probability, double random) {
        double shift = (random - 0.5) * Math.min(probability, 1 - probability);
        long step = (long) ((probability + shift) * WHOLE);
        long before = sum.getAndAdd(step);
        return (before + step) >> WHOLE_BITS != before >> WHOLE_BITS;
    }
}
