package dev.sluice.sync.peers;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whom live peers hear and this node doesn't. Owned by the {@link PeerTable}.
 *
 * <p>Somebody who has crashed is one of these until the peers have missed him too, and somebody who has just come is one
 * until he is found here too. So there is a time of grace.
 */
final class UnreachablePeers {
    /**
     * For an incarnation that was never heard here. Above what it takes to find a node after others have found it: a name is
     * looked up every 5 s and remembered for 3 s, and a connection is tried every second.
     */
    static final long NEW_PEER_NANOS = 10_000_000_000L;

    private final Map<Long, Missed> missed = new HashMap<>();

    /** Whom this node looks for. */
    interface Expected {
        /** Whether that one, who was heard before, still is to be heard. */
        boolean has(PeerIncarnation peer);

        /** Whether as many are heard as are to be. */
        boolean areAllThere();
    }

    private record Missed(long sinceNanos, List<String> by) {}

    boolean isEmpty() {
        return missed.isEmpty();
    }

    /** Takes what the peers tell. To be called when one of them tells something else, comes or goes. */
    void update(Map<Long, PeerIncarnation> peers, long own, long receivingNanos) {
        Map<Long, Missed> before = Map.copyOf(missed);
        missed.clear();
        for (PeerIncarnation peer : peers.values()) {
            for (long incarnation : peer.livePeers().incarnations()) {
                if (incarnation != own && isMissing(peers.get(incarnation))) {
                    Missed earlier = before.get(incarnation);
                    long sinceNanos = earlier == null ? receivingNanos : earlier.sinceNanos;
                    missed.computeIfAbsent(incarnation, first -> new Missed(sinceNanos, new ArrayList<>()))
                            .by
                            .add(peer.node());
                }
            }
        }
    }

    private static boolean isMissing(@Nullable PeerIncarnation peer) {
        return peer == null || peer.isSilent();
    }

    /**
     * How many of them this node takes itself for cut off from.
     *
     * @param expected who is to be heard here
     */
    int counted(Map<Long, PeerIncarnation> peers, Expected expected, long receivingNanos) {
        int counted = 0;
        for (Map.Entry<Long, Missed> entry : missed.entrySet()) {
            counted += isCounted(peers.get(entry.getKey()), entry.getValue(), expected, receivingNanos) ? 1 : 0;
        }
        return counted;
    }

    /**
     * Peers notice a crash as this node does, but for an interval, and tell of it at their next tick. Who isn't looked for
     * here, as while a list of peers is changed on one node after the other, is nobody whom a cut keeps away.
     */
    private static boolean isCounted(@Nullable PeerIncarnation peer, Missed of, Expected expected, long receivingNanos) {
        return peer == null
                ? !expected.areAllThere() && receivingNanos - of.sinceNanos > NEW_PEER_NANOS
                : expected.has(peer) && peer.silentNanos(receivingNanos) > peer.silenceNanos() * 3 / 2;
    }

    List<UnreachablePeer> list(Map<Long, PeerIncarnation> peers, Expected expected, long receivingNanos) {
        List<UnreachablePeer> all = new ArrayList<>(missed.size());
        missed.forEach((incarnation, of) -> {
            PeerIncarnation peer = peers.get(incarnation);
            all.add(new UnreachablePeer(
                    peer == null ? "" : peer.node(),
                    HexFormat.of().toHexDigits(incarnation),
                    of.by,
                    peer == null ? receivingNanos - of.sinceNanos : peer.silentNanos(receivingNanos),
                    isCounted(peer, of, expected, receivingNanos)));
        });
        return List.copyOf(all);
    }
}
