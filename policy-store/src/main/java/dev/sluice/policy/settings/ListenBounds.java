package dev.sluice.policy.settings;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * What clients may make many, large or slow, and how the sidecar takes leave of them.
 *
 * @param maxHeaders a request with more header lines is refused, {@link #HEADERS_MIN} to {@link #HEADERS_MAX}
 * @param maxConnections client connections at a time; empty: what files and memory allow
 * @param minRateBytesPerSecond what a client must send of a body or take of an answer, on average; 0: nothing
 * @param minRatePeriod the average is over so much time in which the client, and nobody else, was waited for
 * @param drainLead how long the sidecar goes on accepting after it was told to stop
 * @param drainTimeout how long requests under way may take after that
 */
public record ListenBounds(
        int maxHeaders,
        OptionalInt maxConnections,
        int minRateBytesPerSecond,
        Duration minRatePeriod,
        Duration drainLead,
        Duration drainTimeout) {
    static final int HEADERS_MIN = 16;
    static final int HEADERS_MAX = 1024;
    static final int CONNECTIONS_MAX = 1_000_000;
    static final int RATE_MAX = 1 << 30;

    /** What holds where the file says nothing. */
    public static final ListenBounds DEFAULT = new ListenBounds(
            128, OptionalInt.empty(), 1 << 10, Duration.ofSeconds(60), Duration.ZERO, Duration.ofSeconds(30));

    public ListenBounds {
        if (maxHeaders < HEADERS_MIN || maxHeaders > HEADERS_MAX) {
            throw new IllegalArgumentException("maxHeaders must be 16 to 1024, not " + maxHeaders);
        }
        if (maxConnections.isPresent() && maxConnections.getAsInt() < 1) {
            throw new IllegalArgumentException("maxConnections must be positive, not " + maxConnections.getAsInt());
        }
        if (minRateBytesPerSecond < 0) {
            throw new IllegalArgumentException("minRateBytesPerSecond must not be negative");
        }
        if (minRatePeriod.isNegative() || minRatePeriod.isZero()) {
            throw new IllegalArgumentException("minRatePeriod must be positive, not " + minRatePeriod);
        }
        if (drainLead.isNegative() || drainTimeout.isNegative()) {
            throw new IllegalArgumentException("a drain takes no negative time");
        }
    }
}
