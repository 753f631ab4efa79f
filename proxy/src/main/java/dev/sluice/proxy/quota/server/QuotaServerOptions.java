package dev.sluice.proxy.quota.server;

import java.net.InetSocketAddress;

/**
 * The bounds of the quota port. Immutable.
 *
 * @param listen where it listens; port 0: any that is free
 * @param eventLoops threads, at least 1
 * @param maxConnections clients that are served at a time, at least 1
 * @param maxBodyBytes of a request; a longer one gets a 413
 * @param headTimeoutNanos for a head once its first byte is there, for a body once its head is there, and for a TLS handshake
 * @param idleTimeoutNanos for the next request, and for a client that doesn't take its response
 * @param answerNanosMax for a response that comes later; beyond it the client gets a 503
 */
public record QuotaServerOptions(
        InetSocketAddress listen,
        int eventLoops,
        int maxConnections,
        int maxBodyBytes,
        long headTimeoutNanos,
        long idleTimeoutNanos,
        long answerNanosMax) {
    private static final int CONNECTIONS_DEFAULT = 10_000;
    private static final int BODY_BYTES_DEFAULT = 64 * 1024;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** Checks the ranges. */
    public QuotaServerOptions {
        if (eventLoops < 1 || maxConnections < 1 || maxBodyBytes < 1) {
            throw new IllegalArgumentException("a thread, a connection and a byte at least");
        }
        if (headTimeoutNanos <= 0 || idleTimeoutNanos <= 0 || answerNanosMax <= 0) {
            throw new IllegalArgumentException("a timeout is positive");
        }
    }

    /** The defaults: one thread for each processor, 10,000 clients, 64 KiB, and timeouts of 10 s, 60 s and 10 s. */
    public static QuotaServerOptions of(InetSocketAddress listen) {
        return new QuotaServerOptions(
                listen,
                Runtime.getRuntime().availableProcessors(),
                CONNECTIONS_DEFAULT,
                BODY_BYTES_DEFAULT,
                10 * NANOS_PER_SECOND,
                60 * NANOS_PER_SECOND,
                10 * NANOS_PER_SECOND);
    }

    /** The same with other bounds on clients. */
    public QuotaServerOptions bounded(int connections, int bodyBytes) {
        return new QuotaServerOptions(
                listen, eventLoops, connections, bodyBytes, headTimeoutNanos, idleTimeoutNanos, answerNanosMax);
    }

    /** The same with other timeouts. */
    public QuotaServerOptions timedOut(long headNanos, long idleNanos, long answerNanos) {
        return new QuotaServerOptions(
                listen, eventLoops, maxConnections, maxBodyBytes, headNanos, idleNanos, answerNanos);
    }

    /** The same with another number of threads. */
    public QuotaServerOptions onLoops(int loops) {
        return new QuotaServerOptions(
                listen, loops, maxConnections, maxBodyBytes, headTimeoutNanos, idleTimeoutNanos, answerNanosMax);
    }
}
