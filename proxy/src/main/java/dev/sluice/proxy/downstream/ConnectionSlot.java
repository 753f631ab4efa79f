package dev.sluice.proxy.downstream;

/** How a new connection counts towards the {@link ConnectionLimit}. */
public enum ConnectionSlot {
    /** Its requests are served. */
    SERVED,
    /** It is beyond the limit: its first request gets a 503, and the connection ends. */
    OVER_LIMIT,
    /** It is far beyond the limit and closed at once. It is not counted and does not leave. */
    DROPPED
}
