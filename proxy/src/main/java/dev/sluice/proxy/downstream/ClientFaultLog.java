package dev.sluice.proxy.downstream;

import dev.sluice.common.IpAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people of connections that were closed before a request could be read: one in ten seconds, and how many there
 * were. Belongs to one event loop.
 */
public final class ClientFaultLog {
    private static final Logger LOG = LoggerFactory.getLogger(ClientFaultLog.class);
    private static final long INTERVAL_NANOS = 10_000_000_000L;

    private long untold;
    private boolean told;
    private long toldNanos;

    /** @param what completes "closed a connection from ...: " */
    void closed(IpAddress peer, String what, long nowNanos) {
        untold++;
        if (told && nowNanos - toldNanos < INTERVAL_NANOS) {
            return;
        }
        LOG.warn("closed a connection from {}: {} ({} closed since the last such line)", peer, what, untold);
        told = true;
        toldNanos = nowNanos;
        untold = 0;
    }
}
