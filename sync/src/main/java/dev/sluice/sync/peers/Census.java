package dev.sluice.sync.peers;

import dev.sluice.limits.model.Membership;
import dev.sluice.limits.model.OnPartition;
import dev.sluice.sync.trust.NodePeak;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Counts the nodes: how many are live, and how many the cluster has. Owned by the {@link PeerTable}.
 *
 * <p>A link brings one node, so no more are live than links and relays bring. Of nodes that are gone, a link has one that is
 * waited for, whatever names it had. Behind relays there are no more than were live at the same time.
 */
final class Census {
    private final PeerSources sources;
    private int expected;
    private OnPartition onPartition = OnPartition.AUTO;
    private Optional<Set<String>> listed = Optional.empty();
    private boolean areAllLive;
    private int expectedToAnswer;

    Census(PeerSources sources) {
        this.sources = sources;
    }

    /** Sets the number of nodes that are expected; see {@link PeerTable#expectNodes}. */
    void expect(int others, OnPartition rule, Optional<Set<String>> addresses) {
        expected = others;
        onPartition = rule;
        listed = addresses;
    }

    boolean isListed(PeerIncarnation peer) {
        return listed.map(addresses -> addresses.contains(peer.endpoint())).orElse(true);
    }

    /** Whether as many peers are live as are expected, as of the last count. */
    boolean areAllLive() {
        return areAllLive;
    }

    /** How many others are expected that may be live, as of the last count: neither this node's own address nor one that is gone. */
    int expectedToAnswer() {
        return expectedToAnswer;
    }

    /** Counts them. */
    Membership count(UnreachablePeers unreachable, boolean isStarting, long receivingNanos) {
        Successors successors = successors();
        int live = 1;
        int relayed = 0;
        int silent = 0;
        int silentRelayed = 0;
        int left = 0;
        for (PeerIncarnation peer : sources.candidates()) {
            boolean isRelayed = peer.source == sources.relayed();
            live += peer.isLive() ? 1 : 0;
            relayed += isRelayed && peer.isLive() ? 1 : 0;
            if (!peer.isReceived() && !successors.hasOneOf(peer)) {
                boolean isMissing = peer.isSilent() && isListed(peer);
                silent += isMissing && !isRelayed ? 1 : 0;
                silentRelayed += isMissing && isRelayed ? 1 : 0;
                left += peer.hasLeft() ? 1 : 0;
            }
        }
        NodePeak peak = sources.relayed().peak();
        peak.see(relayed, receivingNanos);
        silent += Math.min(silentRelayed, peak.nodes() - relayed);
        int expectedLive = Math.max(1, 1 + expected - sources.linksToNoOtherNode() - left);
        areAllLive = live >= expectedLive;
        expectedToAnswer = Math.max(0, expectedLive - 1 - silent);
        int missing = expectedLive - live - sources.linksWithRefusedNode(receivingNanos);
        int cutOff = unreachable.partitioned(sources, this, missing, receivingNanos);
        int known = Math.max(live + Math.max(silent, cutOff), expectedLive);
        OnPartition rule = isStarting ? OnPartition.STATIC : onPartition;
        return new Membership(live, known, rule.fraction(live, known, cutOff), isStarting);
    }

    /**
     * What incarnations that ended are recognised by in those that are live: the node came back at another address. A name is
     * enough. A key that several live nodes share is nobody's.
     */
    record Successors(Set<String> names, Set<String> keys) {
        boolean hasOneOf(PeerIncarnation ended) {
            return names.contains(ended.node()) || keys.contains(ended.key());
        }
    }

    Successors successors() {
        Set<String> names = new HashSet<>();
        Map<String, Integer> holders = new HashMap<>();
        for (PeerIncarnation peer : sources.candidates()) {
            if (peer.isLive()) {
                names.add(peer.node());
                if (!peer.key().isEmpty() && peer.source != sources.relayed()) {
                    holders.merge(peer.key(), 1, Integer::sum);
                }
            }
        }
        holders.values().removeIf(count -> count > 1);
        return new Successors(names, holders.keySet());
    }
}
