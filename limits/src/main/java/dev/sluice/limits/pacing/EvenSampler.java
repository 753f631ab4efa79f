package dev.sluice.limits.pacing;

import java.util.concurrent.atomic.AtomicLong;

/**
 * EvenSampler that fall evenly. Each request adds its odds to a sum, and who lifts that over a whole number wins: of so many in a
 * row about the same number always does, which independent lots would leave to chance. Any thread.
 */
public final class EvenSampler {
    private static final int WHOLE_BITS = 20;
    private static final long WHOLE = 1L << WHOLE_BITS;

    private final AtomicLong sum;

    /** @param begin from 0 to 1, by chance: nodes that begin together must not all win together */
    public EvenSampler(double begin) {
        sum = new AtomicLong((long) (begin * WHOLE));
    }

    /**
     * Draws.
     *
     * @param odds from 0 to 1
     * @param chance from 0 to 1: shifts what is added by up to half the odds, but never above a whole, so that of clients
     *     who take turns none always loses
     */
    public boolean isDrawn(double odds, double chance) {
        double shift = (chance - 0.5) * Math.min(odds, 1 - odds);
        long step = (long) ((odds + shift) * WHOLE);
        long before = sum.getAndAdd(step);
        return (before + step) >> WHOLE_BITS != before >> WHOLE_BITS;
    }
}
