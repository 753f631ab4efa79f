package dev.sluice.sync.outgoing;

/**
 * Counters of what was sent since the start. Immutable.
 *
 * @param ticks each of one report or more
 * @param fullTicks of them, those that told everything
 * @param reports published, however many peers take them
 * @param bytes of the reports
 * @param subscriptions of peers that came, or came back
 * @param subjects told of now
 * @param deferred entries that a tick had no room for, each time that one was put off
 * @param refused handshakes of those who have no listed key
 * @param unauthenticated subscriptions of those who were not admitted, and so are sent nothing
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
