package dev.sluice.limits.pacing;

import dev.sluice.limits.model.Limit;

/**
 * What pacing has to know of the sync between nodes.
 *
 * @param intervalNanos between two reports of a node, 1 ms to 60 s
 * @param seed of the random numbers that small shares are handed out by
 */
public record PacingSettings(long intervalNanos, long seed) {
    /** Reports every 100 ms. */
    public static final PacingSettings DEFAULT = new PacingSettings(100_000_000L, 1);

    public PacingSettings {
        if (intervalNanos < 1_000_000L || intervalNanos > 60 * Limit.SECOND_NANOS) {
            throw new IllegalArgumentException("an interval of " + intervalNanos + " ns");
        }
    }
}
