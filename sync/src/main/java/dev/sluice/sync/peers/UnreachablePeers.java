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

    /** The peers that this node expects. */
    interface ExpectedPeers {
        /** Whether a silent peer is still expected. */
        boolean isExpected(PeerIncarnation peer);

        /** Whether as many peers are live as are expected. */
        boolean areAllLive();
    }

    private record Candidate(long sinceNanos, List<String> reachableFrom) {}

    boolean isEmpty() {
        return candidates.isEmpty();
    }

    /** Takes the live peers of all peers. Call it when one of them changes its list, comes or goes. */
    void update(Map<Long, PeerIncarnation> peers, long own, long receivingNanos) {
        Map<Long, Candidate> before = Map.copyOf(candidates);
        candidates.clear();
        for (PeerIncarnation peer : peers.values()) {
            for (long incarnation : peer.livePeers().incarnations()) {
                if (incarnation != own && isNotLive(peers.get(incarnation))) {
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
     * How many of them this node counts as cut off from.
     *
     * @param expected the peers that this node expects
     */
    int partitioned(Map<Long, PeerIncarnation> peers, ExpectedPeers expected, long receivingNanos) {
        int partitioned = 0;
        for (Map.Entry<Long, Candidate> entry : candidates.entrySet()) {
            partitioned += isPartitioned(peers.get(entry.getKey()), entry.getValue(), expected, receivingNanos) ? 1 : 0;
        }
        return partitioned;
    }

    /**
     * Peers notice a crash within an interval of this node, and report it at their next tick. A node that isn't
     * expected here does not count, because lists of peers change on one node after the other.
     */
    private static boolean isPartitioned(
            @Nullable PeerIncarnation peer, Candidate candidate, ExpectedPeers expected, long receivingNanos) {
        return peer == null
                ? !expected.areAllLive() && receivingNanos - candidate.sinceNanos > NEW_PEER_NANOS
                : expected.isExpected(peer) && peer.silentNanos(receivingNanos) > peer.silenceNanos() * 3 / 2;
    }

    List<UnreachablePeer> list(Map<Long, PeerIncarnation> peers, ExpectedPeers expected, long receivingNanos) {
        List<UnreachablePeer> all = new ArrayList<>(candidates.size());
        candidates.forEach((incarnation, candidate) -> {
            PeerIncarnation peer = peers.get(incarnation);
            all.add(new UnreachablePeer(
                    peer == null ? "" : peer.node(),
                    HexFormat.of().toHexDigits(incarnation),
                    candidate.reachableFrom,
                    peer == null ? receivingNanos - candidate.sinceNanos : peer.silentNanos(receivingNanos),
                    isPartitioned(peer, candidate, expected, receivingNanos)));
        });
        return List.copyOf(all);
    }
}
