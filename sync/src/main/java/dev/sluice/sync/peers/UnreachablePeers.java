package dev.sluice.sync.peers;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that are live for peers and not for this node. Owned by the {@link PeerTable}.
 *
 * <p>A node that has crashed is one of these until its peers have noticed too. A node that has just started is one
 * until this node has connected to it. So there is a grace period.
 */
final class UnreachablePeers {
    /**
     * The grace period of a node without any report so far. It is longer than it takes to find a node after others
     * have found it: names are resolved every 5 s and cached for 3 s, and a connection is tried every second.
     */
    static final long NEW_PEER_NANOS = 10_000_000_000L;

    private final Map<Long, Candidate> candidates = new HashMap<>();

    private record Candidate(long sinceNanos, List<String> reachableFrom) {}

    boolean isEmpty() {
        return candidates.isEmpty();
    }

    /** Takes the live peers of all peers. Call it when one of them changes its list, comes or goes. */
    void update(PeerSources peers, long own, long receivingNanos) {
        Map<Long, Candidate> before = Map.copyOf(candidates);
        candidates.clear();
        for (PeerIncarnation peer : peers.candidates()) {
            for (long incarnation : peer.livePeers().incarnations()) {
                if (incarnation != own && isNotLive(peers.find(incarnation))) {
                    Candidate earlier = before.get(incarnation);
                    long sinceNanos = earlier == null ? receivingNanos : earlier.sinceNanos;
                    candidates
                            .computeIfAbsent(incarnation, first -> new Candidate(sinceNanos, new ArrayList<>()))
                            .reachableFrom
                            .add(peer.node());
                }
            }
        }
    }

    private static boolean isNotLive(@Nullable PeerIncarnation peer) {
        return peer == null || peer.isSilent();
    }

    /**
     * How many of them this node counts as cut off from. A peer can make up any number: those that were never received here
     * count as far as nodes are missing.
     *
     * @param missing how many nodes less are live than expected
     */
    int partitioned(PeerSources peers, Census expected, int missing, long receivingNanos) {
        int partitioned = 0;
        int neverReceived = 0;
        for (Map.Entry<Long, Candidate> entry : candidates.entrySet()) {
            PeerIncarnation peer = peers.find(entry.getKey());
            if (isPartitioned(peers, peer, entry.getValue(), expected, receivingNanos)) {
                partitioned += peer != null ? 1 : 0;
                neverReceived += peer == null ? 1 : 0;
            }
        }
        return partitioned + Math.max(0, Math.min(neverReceived, missing - partitioned));
    }

    /**
     * Peers notice a crash within an interval of this node, and report it at their next tick. A node that isn't
     * expected here does not count, because lists of peers change on one node after the other.
     */
    private static boolean isPartitioned(
            PeerSources peers,
            @Nullable PeerIncarnation peer,
            Candidate candidate,
            Census expected,
            long receivingNanos) {
        if (peer != null && peers.bringsMessages(peer, receivingNanos)) {
            // It is refused, not cut off.
            return false;
        }
        return peer == null
                ? !expected.areAllLive() && receivingNanos - candidate.sinceNanos > NEW_PEER_NANOS
                : expected.isListed(peer) && peer.silentNanos(receivingNanos) > peer.silenceNanos() * 3 / 2;
    }

    List<UnreachablePeer> list(PeerSources peers, Census expected, long receivingNanos) {
        List<UnreachablePeer> all = new ArrayList<>(candidates.size());
        candidates.forEach((incarnation, candidate) -> {
            PeerIncarnation peer = peers.find(incarnation);
            all.add(new UnreachablePeer(
                    peer == null ? "" : peer.node(),
                    HexFormat.of().toHexDigits(incarnation),
                    candidate.reachableFrom,
                    peer == null ? receivingNanos - candidate.sinceNanos : peer.silentNanos(receivingNanos),
                    isPartitioned(peers, peer, candidate, expected, receivingNanos)));
        });
        return List.copyOf(all);
    }
}
