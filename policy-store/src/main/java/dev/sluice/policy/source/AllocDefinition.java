package dev.sluice.policy.source;

/**
 * What an allocation quota is meant to be. Immutable.
 *
 * @param capacity tokens that may be allocated at a time, 0 to {@link #CAPACITY_MAX}
 * @param leaseMillisMax the longest lease, 0 to {@link #LEASE_MILLIS_MAX}; 0: no leases
 */
public record AllocDefinition(long capacity, long leaseMillisMax) {
    /** The largest capacity: JSON numbers are exact up to there. */
    public static final long CAPACITY_MAX = (1L << 53) - 1;
    /** The longest lease: a year. */
    public static final long LEASE_MILLIS_MAX = 365L * 24 * 3_600_000;

    /** Checks the ranges. */
    public AllocDefinition {
        if (capacity < 0 || capacity > CAPACITY_MAX) {
            throw new IllegalArgumentException("capacity must be 0 to " + CAPACITY_MAX + ", not " + capacity);
        }
        if (leaseMillisMax < 0 || leaseMillisMax > LEASE_MILLIS_MAX) {
            throw new IllegalArgumentException("the longest lease must be 0 to " + LEASE_MILLIS_MAX + " ms");
        }
    }
}
