package dev.sluice.proxy.downstream;

import dev.sluice.proxy.http1.HeaderLines;

/**
 * Bounds on the number and slowness of clients.
 *
 * @param maxConnections client connections that are served at a time, over all event loops
 * @param maxHeaders header lines of a request
 * @param minRateBytesPerSecond what a client must send of a body or take of a response, on average; 0: no minimum
 * @param minRatePeriodNanos the period of the average; only time in which nothing but the client was waited for counts
 */
public record ClientBounds(int maxConnections, int maxHeaders, long minRateBytesPerSecond, long minRatePeriodNanos) {
    /** The default bounds. */
    public static final ClientBounds DEFAULT =
            new ClientBounds(10_000, HeaderLines.DEFAULT_MAX, 1 << 10, 60_000_000_000L);

    public ClientBounds {
        if (maxConnections < 1) {
            throw new IllegalArgumentException("at least one connection, not " + maxConnections);
        }
        if (maxHeaders < 1) {
            throw new IllegalArgumentException("at least one header line, not " + maxHeaders);
        }
        if (minRateBytesPerSecond < 0 || minRatePeriodNanos <= 0) {
            throw new IllegalArgumentException("a rate is 0 or more over a positive time");
        }
    }
}
