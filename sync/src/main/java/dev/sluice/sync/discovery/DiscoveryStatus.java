package dev.sluice.sync.discovery;

/**
 * The status of the discovery, for people.
 *
 * @param source where it looks
 * @param found endpoints, at the last successful look-up
 * @param problem why the last look-up failed; empty: it succeeded
 * @param lastFoundNanos time of the last successful look-up, monotonic; without meaning before the first
 */
public record DiscoveryStatus(String source, int found, String problem, long lastFoundNanos) {}
