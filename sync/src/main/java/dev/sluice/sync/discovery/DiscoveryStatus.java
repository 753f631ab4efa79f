package dev.sluice.sync.discovery;

/**
 * How the search for peers goes.
 *
 * @param source where it looks
 * @param found endpoints, the last time that it could be told
 * @param problem why it can't be told now, for people; empty: it can
 * @param lastFoundNanos when it last could be told, monotonic; of no meaning before the first time
 */
public record DiscoveryStatus(String source, int found, String problem, long lastFoundNanos) {}
