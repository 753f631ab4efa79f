package dev.sluice.proxy.admin.live.body;

/**
 * Something that happened: {@code docs/live.md} lists the kinds.
 *
 * @param id grows
 * @param time of the wall clock, in seconds
 * @param sidecar where; empty: in the cluster
 * @param key of a limit; else empty
 * @param text for people
 */
public record LiveEvent(
        long id, double time, EventKind kind, EventLevel level, String sidecar, String key, String text) {
    /** What happened. */
    public enum EventKind {
        PEER_LIVE,
        PEER_SILENT,
        PEER_LEFT,
        GATEWAY_DOWN,
        GATEWAY_UP,
        LIMITS_FILE_BAD,
        LIMITS_FILE_OK,
        LIMITS_CHANGED,
        LIMITS_DIFFER,
        LIMITS_SAME,
        REJECTING,
        ADMITTING
    }

    /** What it means for an operator. */
    public enum EventLevel {
        GOOD,
        INFO,
        WARNING,
        ERROR
    }
}
