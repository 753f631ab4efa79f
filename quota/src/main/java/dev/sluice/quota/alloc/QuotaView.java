package dev.sluice.quota.alloc;

/**
 * A quota as it stands.
 *
 * @param allocated tokens, with and without leases
 * @param capacity tokens; may be less than what is allocated after a change
 * @param version 1 at first, one more with each change of what is allocated
 * @param leaseMillisMax the longest lease; 0: none
 */
public record QuotaView(long allocated, long capacity, long version, long leaseMillisMax) {
    /** Tokens left, at least 0. */
    public long remaining() {
        return Math.max(0, capacity - allocated);
    }
}
