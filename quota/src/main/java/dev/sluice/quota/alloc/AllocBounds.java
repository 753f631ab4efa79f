package dev.sluice.quota.alloc;

/**
 * How many idempotency keys are remembered, and for how long.
 *
 * @param keysMax at least 1; a change of several quotas counts as so many keys
 * @param keepMillis at least 1
 */
public record AllocBounds(int keysMax, long keepMillis) {
    /** A million keys, for a quarter of an hour. */
    public static final AllocBounds DEFAULT = new AllocBounds(1_000_000, 15 * 60 * 1_000L);

    /** Checks the ranges. */
    public AllocBounds {
        if (keysMax < 1 || keepMillis < 1) {
            throw new IllegalArgumentException("a key at least is remembered, for a millisecond at least");
        }
    }
}
