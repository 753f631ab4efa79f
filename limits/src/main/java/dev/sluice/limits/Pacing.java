package dev.sluice.limits;

/**
 * What pacing has to know of the exchange between nodes.
 *
 * @param intervalNanos between two reports of a node, 1 ms to 60 s
 * @param seed for the lots of shares that are too small to pace, and for the spread of waits
 */
public record Pacing(long intervalNanos, long seed) {
    /** Reports every 100 ms. */
    public static final Pacing DEFAULT = new Pacing(100_000_000L, 1);

    public Pacing {
        if (intervalNanos < 1_000_000L || intervalNanos > 60 * Limit.SECOND_NANOS) {
            throw new IllegalArgumentException("an interval of " + intervalNanos + " ns");
        }
    }
}
