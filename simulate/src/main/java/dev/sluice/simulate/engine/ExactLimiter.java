package dev.sluice.simulate.engine;

import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.RateAlgorithm;
import dev.sluice.limits.model.RateLimit;

/**
 * What one limiter that sees every request at once would admit of a demand. It works in the slots of a {@link
 * SimulationTrace}.
 */
final class ExactLimiter {
    private final RateAlgorithm algorithm;
    private final int slotsPerPeriod;
    private final double burst;
    /** What was admitted in each of the last slots, of a window. */
    private final double[] last;

    private double used;
    private double level;

    ExactLimiter(RateLimit limit, long slotNanos) {
        algorithm = limit.rate().algorithm();
        slotsPerPeriod = (int) (limit.periodNanos() / slotNanos);
        burst = limit.capacity();
        level = burst;
        last = new double[algorithm instanceof RateAlgorithm.TokenBucket ? 0 : slotsPerPeriod];
    }

    /** Whether a limit has an exact limiter: a rate. */
    static boolean exists(Limit limit) {
        return limit instanceof RateLimit;
    }

    /**
     * The part of a slot's demand that is admitted; call it for one slot after the other.
     *
     * @param limitPerSlot the limit, as it is in this slot
     */
    double admit(int slot, double demand, double limitPerSlot) {
        if (algorithm instanceof RateAlgorithm.TokenBucket) {
            level = Math.min(burst, level + limitPerSlot);
            double admitted = Math.min(demand, Math.max(0, Math.floor(level + 1e-9)));
            level -= admitted;
            return admitted;
        }
        int index = slot % slotsPerPeriod;
        if (algorithm instanceof RateAlgorithm.SlidingWindow) {
            used -= last[index];
        } else if (index == 0) {
            used = 0;
        }
        double admitted = Math.min(demand, Math.max(0, limitPerSlot * slotsPerPeriod - used));
        last[index] = admitted;
        used += admitted;
        return admitted;
    }
}
