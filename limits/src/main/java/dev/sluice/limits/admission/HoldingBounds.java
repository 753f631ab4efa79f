package dev.sluice.limits.admission;

/**
 * How many requests may wait for room on this node at a time.
 *
 * @param requestsMax in all, at least 0
 * @param perLimitMax for one limit of one subject, at least 0
 */
public record HoldingBounds(int requestsMax, int perLimitMax) {
    /** The defaults. */
    public static final HoldingBounds DEFAULT = new HoldingBounds(10_000, 2_000);

    public HoldingBounds {
        if (requestsMax < 0 || perLimitMax < 0) {
            throw new IllegalArgumentException("a bound of requests that wait must not be negative");
        }
    }
}
