package dev.sluice.sync.peers;

import dev.sluice.sync.trust.PeerRefusal;
import dev.sluice.sync.trust.RefusalCounters;
import dev.sluice.sync.wire.DropReason;
import dev.sluice.sync.wire.LivePeers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All links, and the incarnations that they brought. Bounded: a link for each address, a few ended incarnations for each. Owned
 * by the {@link PeerTable}.
 */
final class PeerSources {
    private final int peersMax;
    private final long silenceNanos;
    private final Map<String, PeerSource.Direct> direct = new HashMap<>();
    private final Map<String, RefusalCounters> refusals = new HashMap<>();
    private final PeerSource.Relayed relayed;
    /** By incarnation: the one that counts, where several links bring it. */
    private final Map<Long, PeerIncarnation> originals = new HashMap<>();

    private Set<String> relays = Set.of();

    /**
     * No links yet.
     *
     * @param silenceNanos how long a peer may be silent that reports as often as this node
     */
    PeerSources(int peersMax, long silenceNanos, long nowNanos) {
        this.peersMax = peersMax;
        this.silenceNanos = silenceNanos;
        this.relayed = new PeerSource.Relayed(peersMax, nowNanos);
    }

    /** Sets the addresses of relays. */
    void relays(Set<String> addresses) {
        relays = Set.copyOf(addresses);
    }

    PeerSource.Relayed relayed() {
        return relayed;
    }

    /** Where a message from that address comes from; null: there are too many. */
    @Nullable
    PeerSource at(String address, long receivingNanos) {
        if (relays.contains(address)) {
            return relayed;
        }
        PeerSource.Direct link = direct.get(address);
        if (link == null) {
            boolean isFull = direct.size() + relayed.size() >= peersMax;
            if (isFull && !forgetOneLink() && !relayed.forgetOne(receivingNanos)) {
                return null;
            }
            link = new PeerSource.Direct(receivingNanos);
            direct.put(address, link);
        }
        link.received(receivingNanos);
        return link;
    }

    private boolean forgetOneLink() {
        for (Map.Entry<String, PeerSource.Direct> entry : direct.entrySet()) {
            PeerIncarnation current = entry.getValue().current();
            if (current == null || !current.isReceived()) {
                forget(entry.getKey());
                return true;
            }
        }
        return false;
    }

    /** Why an incarnation that is unknown there is not added; empty: it may be. */
    Optional<DropReason> refusalOf(PeerSource source, long incarnation, long receivingNanos) {
        if (source.hasEnded(incarnation)) {
            return Optional.of(DropReason.ENDED);
        }
        boolean isFull = source == relayed && direct.size() + relayed.size() >= peersMax;
        if (isFull && !relayed.forgetOne(receivingNanos)) {
            return Optional.of(DropReason.PEERS_FULL);
        }
        return source.mayAdd(receivingNanos) ? Optional.empty() : Optional.of(DropReason.INCARNATIONS);
    }

    /** The node at a link; null: there is none. */
    @Nullable
    PeerIncarnation currentAt(String address) {
        PeerSource.Direct link = direct.get(address);
        return link == null ? null : link.current();
    }

    /** Forgets a link and all that it brought. */
    void forget(String address) {
        refusals.remove(address);
        PeerSource.Direct link = direct.remove(address);
        if (link != null) {
            link.all().forEach(PeerIncarnation::forget);
        }
    }

    /** How many links lead to this node, or to one that another link brings. */
    int linksToNoOtherNode() {
        int count = 0;
        for (PeerSource.Direct link : direct.values()) {
            count += link.isNoOtherNode() ? 1 : 0;
        }
        return count;
    }

    /** How many links bring messages, but no live node: what they bring is refused. They are not cut off. */
    int linksWithRefusedNode(long receivingNanos) {
        int count = 0;
        for (PeerSource.Direct link : direct.values()) {
            PeerIncarnation current = link.current();
            boolean hasNode = link.isOwn() || (current != null && current.isReceived());
            count += !hasNode && link.bringsMessages(silenceNanos, receivingNanos) ? 1 : 0;
        }
        return count;
    }

    /** Whether messages come from where a silent peer was. */
    boolean bringsMessages(PeerIncarnation silent, long receivingNanos) {
        return silent.source instanceof PeerSource.Direct link && link.bringsMessages(silenceNanos, receivingNanos);
    }

    /** The incarnations that may count as nodes: of each link the last one. */
    List<PeerIncarnation> candidates() {
        List<PeerIncarnation> all = new ArrayList<>(direct.size() + relayed.size());
        for (PeerSource.Direct link : direct.values()) {
            PeerIncarnation current = link.current();
            if (current != null) {
                all.add(current);
            }
        }
        all.addAll(relayed.all());
        return all;
    }

    /** The live ones, for reports. */
    LivePeers livePeers() {
        List<Long> live = candidates().stream()
                .filter(PeerIncarnation::isLive)
                .map(PeerIncarnation::incarnation)
                .distinct()
                .sorted()
                .toList();
        return live.size() > LivePeers.PEERS_MAX ? LivePeers.NONE : new LivePeers(live);
    }

    /** How long the peer with the last reports from that address may be silent; 0: there is none. */
    long silenceNanos(String address) {
        PeerIncarnation current = currentAt(address);
        if (current != null) {
            return current.silenceNanos();
        }
        long nanos = 0;
        for (PeerIncarnation peer : relayed.all()) {
            nanos = peer.endpoint().equals(address) ? Math.max(nanos, peer.silenceNanos()) : nanos;
        }
        return nanos;
    }

    /** All remembered incarnations. */
    List<PeerIncarnation> all() {
        List<PeerIncarnation> all = new ArrayList<>();
        direct.values().forEach(link -> all.addAll(link.all()));
        all.addAll(relayed.all());
        return all;
    }

    /** The incarnation by whatever link; null: it is unknown, or has ended. */
    @Nullable
    PeerIncarnation find(long incarnation) {
        PeerIncarnation original = originals.get(incarnation);
        if (original != null) {
            return original;
        }
        for (PeerIncarnation peer : candidates()) {
            if (peer.incarnation() == incarnation) {
                return peer;
            }
        }
        return null;
    }

    /** It is received: if another link brings the same incarnation, that one counts. */
    void becomeCopyIfReceived(PeerIncarnation peer, long nowNanos) {
        PeerIncarnation original = originals.putIfAbsent(peer.incarnation(), peer);
        if (original != null && original != peer) {
            peer.becomeCopyOf(original, nowNanos);
        }
    }

    /** It has ended; its first copy takes its place. */
    void end(PeerIncarnation peer, PeerState how, long receivingNanos, long nowNanos) {
        peer.end(how, nowNanos);
        if (!originals.remove(peer.incarnation(), peer)) {
            return;
        }
        for (PeerIncarnation other : candidates()) {
            if (other.isCopyOf(peer) && originals.putIfAbsent(peer.incarnation(), other) == null) {
                other.takeOver(receivingNanos);
            }
        }
    }

    void forgetSilentFor(long nanos, long receivingNanos) {
        direct.values().forEach(link -> link.forgetSilentFor(nanos, receivingNanos));
        relayed.forgetSilentFor(nanos, receivingNanos);
    }

    /** What is refused of the link at that address. */
    RefusalCounters refusalsOf(String address) {
        return refusals.computeIfAbsent(address, RefusalCounters::new);
    }

    List<PeerRefusal> refusals(long nowNanos) {
        List<PeerRefusal> list = new ArrayList<>();
        refusals.values().forEach(counters -> counters.addTo(list, nowNanos));
        return List.copyOf(list);
    }
}
