package dev.sluice.sync.zmq;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Remembers the nodes that were refused lately, for people. Owned by the publisher thread, but for {@link #list}. */
final class UnauthenticatedPeers {
    private static final Logger LOG = LoggerFactory.getLogger(UnauthenticatedPeers.class);

    private static final int REMEMBERED_MAX = 32;
    /** The minimum time between two log lines. */
    private static final long LOG_NANOS = 1_000_000_000L;

    private final Map<String, UnauthenticatedPeer> byKey = new LinkedHashMap<>();
    private long loggedNanos;
    private boolean hasLogged;
    private volatile List<UnauthenticatedPeer> shown = List.of();

    void record(String publicKey, String address, long nowNanos) {
        // Removed first: a node that comes again is the latest.
        UnauthenticatedPeer known = byKey.remove(publicKey);
        if (byKey.size() >= REMEMBERED_MAX) {
            byKey.remove(byKey.keySet().iterator().next());
        }
        byKey.put(
                publicKey,
                new UnauthenticatedPeer(publicKey, address, known == null ? 1 : known.times() + 1, nowNanos));
        shown = List.copyOf(byKey.values());
        if (known == null && (!hasLogged || nowNanos - loggedNanos >= LOG_NANOS)) {
            hasLogged = true;
            loggedNanos = nowNanos;
            LOG.warn("refused {}: its key {} is not in sync.curve.allowed-keys-dir", address, publicKey);
        }
    }

    /** The latest last; any thread. */
    List<UnauthenticatedPeer> list() {
        return shown;
    }
}
