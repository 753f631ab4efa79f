package dev.sluice.sync.outgoing;

/**
 * Counters of what was sent since the start. Immutable.
 *
 * @param ticks each makes one report or more
 * @param fullTicks ticks that sent the full state
 * @param reports published, each counted once for all peers
 * @param bytes of the reports
 * @param subscriptions of peers that connected, or connected again
 * @param subjects that are reported now
 * @param deferred how often an entry did not fit and was deferred
 * @param refused handshakes without a listed key
 * @param unauthenticated subscriptions without a successful handshake; nothing is sent to them
 * @param lastTickNanos monotonic time of the last tick
 */
public record SendStats(
        long ticks,
        long fullTicks,
        long reports,
        long bytes,
        long subscriptions,
        int subjects,
        long deferred,
        long refused,
        long unauthenticated,
        long lastTickNanos) {}
