package dev.sluice.proxy.downstream;

import dev.sluice.common.IpAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs connections that were closed before a request could be read: at most one line in ten seconds, with the number of
 * connections since the last line. Belongs to one event loop.
 */
final class ClientFaultLog {
    private static final Logger LOG = LoggerFactory.getLogger(ClientFaultLog.class);
    private static final long INTERVAL_NANOS = 10_000_000_000L;

    private long closedSinceLine;
    private boolean hasLogged;
    private long loggedNanos;

    /**
     * Counts a closed connection, and logs it if a line is due.
     *
     * @param reason completes "closed a connection from ...: "
     */
    void onClosed(IpAddress peer, String reason, long nowNanos) {
        closedSinceLine++;
        if (hasLogged && nowNanos - loggedNanos < INTERVAL_NANOS) {
            return;
        }
        LOG.warn("closed a connection from {}: {} ({} closed since the last such line)", peer, reason, closedSinceLine);
        hasLogged = true;
        loggedNanos = nowNanos;
        closedSinceLine = 0;
    }
}
