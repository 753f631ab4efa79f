package dev.sluice.sync.peers;

import dev.sluice.sync.trust.MemoryWarning;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs the changes among the peers. Owned by the subscriber thread. */
public final class PeerLog {
    private static final Logger LOG = LoggerFactory.getLogger(PeerLog.class);

    /** Longer than the old incarnation of a restarted node counts as live. */
    private static final long TOGETHER_NANOS = 60_000_000_000L;

    private final String ownName;
    private final Set<String> clashes = new HashSet<>();
    private Map<String, PeerState> before = Map.of();
    private Set<String> unreachableBefore = Set.of();
    private final MemoryWarning memoryWarning = new MemoryWarning();

    public PeerLog(String ownName) {
        this.ownName = ownName;
    }

    public void update(List<PeerStatus> peers) {
        Map<String, PeerState> now = new HashMap<>();
        Set<String> liveNames = new HashSet<>(Set.of(ownName));
        for (PeerStatus peer : peers) {
            now.put(peer.incarnation(), peer.state());
            if (peer.state() != before.get(peer.incarnation())) {
                LOG.info("peer {} ({}) at {} is {}", peer.node(), peer.incarnation(), peer.endpoint(), peer.state());
            }
            boolean settled = peer.state() == PeerState.LIVE && peer.sinceNanos() > TOGETHER_NANOS;
            if (settled && !liveNames.add(peer.node()) && clashes.add(peer.node())) {
                LOG.warn("two nodes have the name {}: limits hold, but people can't distinguish them", peer.node());
            }
        }
        before = now;
        clashes.retainAll(liveNames);
    }

    /**
     * Warns if subjects of peers find no memory, at most once a minute.
     *
     * @param refused how often since the start
     */
    public void updateMemory(long refused, long nowNanos) {
        memoryWarning.next(refused, nowNanos).ifPresent(LOG::warn);
    }

    public void updateUnreachable(List<UnreachablePeer> unreachable) {
        Set<String> now = new HashSet<>();
        for (UnreachablePeer node : unreachable) {
            if (node.isPartitioned()) {
                now.add(node.incarnation());
                if (!unreachableBefore.contains(node.incarnation())) {
                    LOG.warn(
                            "{} ({}) is live for {}, but its reports don't reach this node",
                            node.node().isEmpty() ? "a node" : node.node(),
                            node.incarnation(),
                            node.reachableFrom());
                }
            }
        }
        unreachableBefore = now;
    }
}
