package dev.sluice.sync.peers;

import dev.sluice.limits.model.Membership;
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

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final double PERCENT = 100;

    private final String ownName;
    private final Set<String> clashes = new HashSet<>();
    private Map<String, PeerState> before = Map.of();
    private Membership membershipBefore = Membership.ALONE;
    private Set<String> unreachableBefore = Set.of();
    private final MemoryWarning memoryWarning = new MemoryWarning();

    public PeerLog(String ownName) {
        this.ownName = ownName;
    }

    /**
     * Logs what has changed since the last call.
     *
     * @param membership what follows for limits
     */
    public void update(List<PeerStatus> peers, Membership membership) {
        Map<String, PeerState> now = new HashMap<>();
        Set<String> liveNames = new HashSet<>(Set.of(ownName));
        for (PeerStatus peer : peers) {
            now.put(peer.incarnation(), peer.state());
            PeerState old = before.get(peer.incarnation());
            boolean hasEnded = (old == PeerState.LEFT || old == PeerState.REPLACED) && peer.state() != PeerState.LIVE;
            if (peer.state() != old && !hasEnded) {
                logState(peer, membership);
            }
            boolean settled = peer.state() == PeerState.LIVE && peer.sinceNanos() > TOGETHER_NANOS;
            if (settled && !liveNames.add(peer.node()) && clashes.add(peer.node())) {
                LOG.warn("two nodes have the name {}: limits hold, but people can't distinguish them", peer.node());
            }
        }
        before = now;
        clashes.retainAll(liveNames);
        if (!membership.isStarting()) {
            logFraction(membership);
        }
    }

    private static void logState(PeerStatus peer, Membership membership) {
        String name = "peer " + peer.node() + " (" + peer.incarnation() + ") at " + peer.endpoint();
        switch (peer.state()) {
            case LIVE -> LOG.info("{} is live", name);
            case SILENT ->
                LOG.warn(
                        "{} is silent: no report came for {} ms. What it admits is unknown here; its share of the limits"
                                + " goes to the {} live sidecars of {}",
                        name,
                        peer.lastReceivedNanos() / NANOS_PER_MILLI,
                        membership.live(),
                        membership.known());
            case LEFT -> LOG.info("{} has shut down: its share of the limits goes to the others", name);
            case REPLACED -> LOG.info("{} has ended: another incarnation took its place", name);
            case COPY -> LOG.info("{} brings the reports of a peer that is received at another address", name);
        }
    }

    private void logFraction(Membership membership) {
        if (membership.fraction() < membershipBefore.fraction()) {
            LOG.warn(
                    "limits are held to {} % here: {} of {} sidecars are live, and sync.on-partition allows no more",
                    Math.round(PERCENT * membership.fraction()), membership.live(), membership.known());
        } else if (membership.fraction() > membershipBefore.fraction()) {
            LOG.info(
                    "limits are held to {} % here: {} of {} sidecars are live",
                    Math.round(PERCENT * membership.fraction()), membership.live(), membership.known());
        }
        membershipBefore = membership;
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
