package dev.sluice.policy.rgw.client;

/**
 * A rate limit as RGW has it: amounts per interval, of which 0 means unlimited.
 *
 * @param isEnabled a limit that isn't leaves the global one in force; one that is replaces all of it
 * @param listOps of releases that limit lists of their own (since Tentacle)
 * @param deleteOps likewise
 */
public record RgwRateLimit(
        boolean isEnabled, long readOps, long writeOps, long listOps, long deleteOps, long readBytes, long writeBytes) {
    /** No limit. */
    public static final RgwRateLimit DISABLED = new RgwRateLimit(false, 0, 0, 0, 0, 0, 0);
}
