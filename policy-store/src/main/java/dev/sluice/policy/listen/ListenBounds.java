package dev.sluice.policy.listen;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * Bounds on what clients may do, and how long the sidecar drains their connections.
 *
 * @param maxHeaders a request with more header lines is refused, {@link #HEADERS_MIN} to {@link #HEADERS_MAX}
 * @param maxConnections client connections at a time; empty: what files and memory allow
 * @param maxWaiting requests that wait at a time for room in limits with {@code on-exceed = wait}; 0: none
 * @param maxWaitingPerSubject likewise for one limit of one subject
 * @param minRateBytesPerSecond bytes of a body that a client must send, or of a response that it must take, on average;
 *     0: no bound
 * @param minRatePeriod the average is over this much time spent waiting for the client
 * @param drainLead how long the sidecar still accepts connections after SIGTERM
 * @param drainTimeout how long requests in progress may take after that
 */
public record ListenBounds(
        int maxHeaders,
        OptionalInt maxConnections,
        int maxWaiting,
        int maxWaitingPerSubject,
        int minRateBytesPerSecond,
        Duration minRatePeriod,
        Duration drainLead,
        Duration drainTimeout) {
    static final int HEADERS_MIN = 16;
    static final int HEADERS_MAX = 1024;
    static final int CONNECTIONS_MAX = 1_000_000;
    static final int WAITING_MAX = 1_000_000;
    static final int RATE_MAX = 1 << 30;

    /** The defaults. */
    public static final ListenBounds DEFAULT = new ListenBounds(
            HEADERS_MAX,
            OptionalInt.empty(),
            10_000,
            2_000,
            1 << 10,
            Duration.ofSeconds(60),
            Duration.ZERO,
            Duration.ofSeconds(30));

    public ListenBounds {
        if (maxHeaders < HEADERS_MIN || maxHeaders > HEADERS_MAX) {
            throw new IllegalArgumentException("maxHeaders must be 16 to 1024, not " + maxHeaders);
        }
        if (maxConnections.isPresent() && maxConnections.getAsInt() < 1) {
            throw new IllegalArgumentException("maxConnections must be positive, not " + maxConnections.getAsInt());
        }
        if (maxWaiting < 0 || maxWaitingPerSubject < 0) {
            throw new IllegalArgumentException("a bound of requests that wait must not be negative");
        }
        if (minRateBytesPerSecond < 0) {
            throw new IllegalArgumentException("minRateBytesPerSecond must not be negative");
        }
        if (minRatePeriod.isNegative() || minRatePeriod.isZero()) {
            throw new IllegalArgumentException("minRatePeriod must be positive, not " + minRatePeriod);
        }
        if (drainLead.isNegative() || drainTimeout.isNegative()) {
            throw new IllegalArgumentException("a drain time must not be negative");
        }
    }
}
