package dev.sluice.sync.peers;

import dev.sluice.limits.admission.UsageRegistry;
import dev.sluice.limits.model.Membership;
import dev.sluice.limits.model.OnPartition;
import dev.sluice.limits.pacing.RemoteNode;
import dev.sluice.sync.wire.DropReason;
import dev.sluice.sync.wire.LivePeers;
import dev.sluice.sync.wire.NodeIdentity;
import dev.sluice.sync.wire.ReceivedMessage;
import dev.sluice.sync.wire.Report;
import dev.sluice.sync.wire.ReportCodec;
import dev.sluice.sync.wire.SenderState;
import dev.sluice.sync.wire.UsageEntryReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Takes the reports of others and charges each admission once. Pure: time is an argument. Owned by one thread.
 *
 * <p>A peer is an incarnation; its name is for people. So two live nodes of one name are two peers, and a restart is
 * nothing special: the old incarnation falls silent, a new one is heard for the first time.
 * <ul>
 *   <li>First heard while young ({@link #YOUNG_NANOS}, or its silence limit if longer): all it counts is recent and
 *       nobody has charged it, so it is charged in full. This is what a restarted node and a starting cluster look
 *       like.
 *   <li>First heard later, or again after a silence: what it counts is over; it becomes the baseline, uncharged.
 *   <li>A sequence not above the last one of its incarnation is a repetition. Incarnations that ended are remembered
 *       for that, for an hour and as long as there is room.
 * </ul>
 *
 * <p>Peers tell whom they hear. Where one of those isn't heard here, this node is cut off from a part of the cluster though
 * it may hear most of it; see {@link UnreachablePeers} and {@link OnPartition#fraction(int, int, int)}.
 */
public final class PeerTable {
    /** How long after its start an unknown incarnation is young: time for others to find it again. */
    static final long YOUNG_NANOS = 3_000_000_000L;
    /** How long an incarnation that ended is remembered. */
    static final long MEMORY_NANOS = 3_600_000_000_000L;

    private static final long PRUNE_NANOS = 10_000_000_000L;

    private final NodeIdentity self;
    private final UsageRegistry registry;
    private final Bounds bounds;
    private final ReceiveClock clock;
    private final ReceiveCounters counters = new ReceiveCounters();
    private final Map<Long, PeerIncarnation> peers = new HashMap<>();
    private final UnreachablePeers unreachable = new UnreachablePeers();
    private final UnreachablePeers.Expected toBeHeard = new UnreachablePeers.Expected() {
        @Override
        public boolean has(PeerIncarnation peer) {
            return isListed(peer);
        }

        @Override
        public boolean areAllThere() {
            return allThere;
        }
    };
    private volatile LivePeers livePeers = LivePeers.NONE;
    private final long startNanos;
    private int expected;
    private OnPartition onPartition = OnPartition.AUTO;
    private Optional<Set<String>> listed = Optional.empty();
    private Set<String> relays = Set.of();
    private boolean hearsItself;
    private boolean allThere;
    private Membership told = Membership.ALONE;
    private boolean changed = true;
    private boolean wasStarting = true;
    private long receivingNanos;
    private long prunedNanos;

    /**
     * How much is remembered.
     *
     * @param peersMax incarnations, at least 1
     * @param subjectsPerPeerMax subjects of each, at least 1
     */
    public record Bounds(int peersMax, int subjectsPerPeerMax) {
        public Bounds {
            if (peersMax < 1 || subjectsPerPeerMax < 1) {
                throw new IllegalArgumentException("bounds below 1: " + peersMax + ", " + subjectsPerPeerMax);
            }
        }
    }

    /**
     * A table without peers.
     *
     * @param nowNanos monotonic, as in all other calls
     */
    public PeerTable(NodeIdentity self, UsageRegistry registry, Bounds bounds, long nowNanos) {
        this.self = self;
        this.registry = registry;
        this.bounds = bounds;
        this.clock = new ReceiveClock(nowNanos);
        this.startNanos = clock.read(nowNanos);
    }

    /**
     * Takes one message, whatever it holds.
     *
     * @param endpoint where it came from, for {@link PeerStatus#endpoint()}
     * @param wallMillis this node's wall clock, only to show the lag
     * @return why it was not used; empty: it was
     */
    public Optional<DropReason> receive(byte[] message, String endpoint, long nowNanos, long wallMillis) {
        counters.bytes += message.length;
        ReceivedMessage decoded = ReportCodec.decode(message);
        Optional<DropReason> dropped;
        if (decoded instanceof ReceivedMessage.Decoded report) {
            dropped = take(report.header(), report.entries(), message.length, endpoint, nowNanos, wallMillis);
        } else {
            dropped = Optional.of(
                    decoded instanceof ReceivedMessage.OtherVersion ? DropReason.VERSION : DropReason.MALFORMED);
        }
        dropped.ifPresent(counters::drop);
        return dropped;
    }

    private Optional<DropReason> take(
            Report report, UsageEntryReader entries, int size, String endpoint, long nowNanos, long wallMillis) {
        if (report.clusterHash() != self.clusterHash()) {
            return Optional.of(DropReason.CLUSTER);
        }
        if (report.incarnation() == self.incarnation()) {
            // What a relay brings back doesn't say that this node is among those that are listed.
            boolean listsItself = !relays.contains(endpoint);
            changed |= listsItself && !hearsItself;
            hearsItself |= listsItself;
            return Optional.of(DropReason.ECHO);
        }
        receivingNanos = clock.read(nowNanos);
        PeerIncarnation peer = peers.get(report.incarnation());
        if (peer == null) {
            if (!makeRoom()) {
                return Optional.of(DropReason.PEERS_FULL);
            }
            changed = true;
            peer = welcome(report, endpoint);
        } else if (report.sequence() <= peer.sequence()) {
            return Optional.of(DropReason.REPLAYED);
        } else {
            endIfOverdue(peer, nowNanos);
            if (!peer.isLive()) {
                changed = true;
                peer.resume(report, receivingNanos);
            }
        }
        if (peer.isUnobserved()) {
            peer.rebaseline(report, nowNanos);
        }
        PeerIncarnation sender = peer;
        changed |= report.livePeers().map(sender::updateLivePeers).orElse(false);
        counters.lost += peer.countReport(report, endpoint, size, receivingNanos, nowNanos, wallMillis);
        counters.reports++;
        long operationsBefore = counters.operations;
        counters.entries += peer.usage.apply(entries, receivingNanos, nowNanos);
        peer.countChargeDelays(report, counters.operations - operationsBefore, counters.chargeDelays, nowNanos);
        if (report.senderState() == SenderState.SHUTTING_DOWN) {
            changed = true;
            peer.end(PeerState.LEFT, nowNanos);
        }
        tellMembership(nowNanos);
        return Optional.empty();
    }

    private PeerIncarnation welcome(Report report, String endpoint) {
        RemoteNode remote = new RemoteNode();
        PeerUsage ledger = new PeerUsage(registry, remote, counters, bounds.subjectsPerPeerMax());
        boolean young =
                report.uptimeNanos() <= Math.max(YOUNG_NANOS, PeerIncarnation.silenceNanos(report.intervalNanos()));
        ledger.rebase(young ? 0 : report.sequence());
        PeerIncarnation peer = new PeerIncarnation(report, endpoint, remote, ledger, receivingNanos);
        peers.put(report.incarnation(), peer);
        return peer;
    }

    /** Gives up the longest silent peer where there is no room; false: all are live. */
    private boolean makeRoom() {
        if (peers.size() < bounds.peersMax()) {
            return true;
        }
        return peers.entrySet().stream()
                .filter(entry -> !entry.getValue().isLive())
                .max(Comparator.comparingLong(entry -> entry.getValue().silentNanos(receivingNanos)))
                .map(entry -> peers.remove(entry.getKey(), entry.getValue()))
                .orElse(false);
    }

    /**
     * Ends peers that have been silent too long. Call it after the messages that are at hand were taken, and at least
     * every 100 ms: a longer gap counts as a pause of this node, not as silence of its peers.
     */
    public void expire(long nowNanos) {
        receivingNanos = clock.read(nowNanos);
        for (PeerIncarnation peer : peers.values()) {
            endIfOverdue(peer, nowNanos);
        }
        tellMembership(nowNanos);
        if (receivingNanos - prunedNanos >= PRUNE_NANOS) {
            prunedNanos = receivingNanos;
            peers.values().removeIf(peer -> !peer.isLive() && peer.silentNanos(receivingNanos) > MEMORY_NANOS);
            for (PeerIncarnation peer : peers.values()) {
                peer.usage.prune(receivingNanos, peer.silenceNanos(), nowNanos);
            }
        }
    }

    /**
     * This node stood still for long, and reports were lost. What peers have admitted meanwhile is past, as after a silence
     * of theirs; but they stay live as long as they are heard soon.
     */
    public void markAllUnobserved() {
        peers.values().forEach(PeerIncarnation::markUnobserved);
    }

    /** How long whoever was heard last from that address may be silent; 0: nobody was. */
    public long silenceNanos(String endpoint) {
        long nanos = 0;
        for (PeerIncarnation peer : peers.values()) {
            nanos = peer.endpoint().equals(endpoint) ? Math.max(nanos, peer.silenceNanos()) : nanos;
        }
        return nanos;
    }

    /**
     * How many nodes are expected to be there.
     *
     * @param others listed as peers, this node's own address included if it is among them; the cluster is at least that
     *     large whether they are heard or not
     * @param rule what may be admitted while not all are heard
     */
    public void expectNodes(int others, OnPartition rule) {
        changed = true;
        expected = others;
        onPartition = rule;
        listed = Optional.empty();
    }

    /**
     * Likewise, where peers may come and go.
     *
     * @param addresses of all of them; who was heard by another one and fell silent is not missed any more
     */
    public void expectNodes(int others, OnPartition rule, Set<String> addresses) {
        expectNodes(others, rule);
        listed = Optional.of(Set.copyOf(addresses));
    }

    /** Which addresses are of relays: they are no nodes. */
    public void relays(Set<String> addresses) {
        relays = Set.copyOf(addresses);
    }

    private boolean isListed(PeerIncarnation peer) {
        return listed.map(addresses -> addresses.contains(peer.endpoint())).orElse(true);
    }

    /** What this node's limiter goes by, as of the last call of another method. */
    public Membership membership() {
        int live = 1;
        int silent = 0;
        int left = 0;
        Set<String> liveNames = new HashSet<>();
        for (PeerIncarnation peer : peers.values()) {
            if (peer.isLive()) {
                live++;
                liveNames.add(peer.node());
            }
        }
        for (PeerIncarnation peer : peers.values()) {
            if (!peer.isLive() && !liveNames.contains(peer.node())) {
                silent += peer.isSilent() && isListed(peer) ? 1 : 0;
                left += peer.hasLeft() ? 1 : 0;
            }
        }
        int toBeThere = 1 + expected - (hearsItself ? 1 : 0) - left;
        allThere = live >= toBeThere;
        int cutOff = unreachable.counted(peers, toBeHeard, receivingNanos);
        int known = Math.max(live + Math.max(silent, cutOff), toBeThere);
        boolean starting = isStarting();
        OnPartition rule = starting ? OnPartition.STATIC : onPartition;
        return new Membership(live, known, rule.fraction(live, known, cutOff), starting);
    }

    /** Whom this node hears, as of the last change; any thread. */
    public LivePeers livePeers() {
        return livePeers;
    }

    /** Those whom peers hear and this node doesn't, as of the last call of another method. */
    public List<UnreachablePeer> unreachablePeers() {
        return unreachable.list(peers, toBeHeard, receivingNanos);
    }

    private LivePeers heardNow() {
        List<Long> live = peers.entrySet().stream()
                .filter(entry -> entry.getValue().isLive())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        return live.size() > LivePeers.PEERS_MAX ? LivePeers.NONE : new LivePeers(live);
    }

    /** Those who are there may still not have been heard. */
    private boolean isStarting() {
        return receivingNanos - startNanos < PeerIncarnation.silenceNanos(self.intervalNanos());
    }

    private void tellMembership(long nowNanos) {
        boolean starting = isStarting();
        if (!changed && !starting && !wasStarting && unreachable.isEmpty()) {
            return;
        }
        if (changed) {
            livePeers = heardNow();
            unreachable.update(peers, self.incarnation(), receivingNanos);
        }
        changed = false;
        wasStarting = starting;
        Membership now = membership();
        if (!now.equals(told)) {
            told = now;
            registry.updateMembership(now, nowNanos);
        }
    }

    private void endIfOverdue(PeerIncarnation peer, long nowNanos) {
        if (peer.isOverdue(receivingNanos)) {
            changed = true;
            peer.end(PeerState.SILENT, nowNanos);
        }
    }

    /** All peers that are remembered, by name, the latest of a name first, as of the last call of another method. */
    public List<PeerStatus> statuses() {
        Set<String> liveNames = new HashSet<>();
        for (PeerIncarnation peer : peers.values()) {
            if (peer.isLive()) {
                liveNames.add(peer.node());
            }
        }
        List<PeerStatus> statuses = new ArrayList<>(peers.size());
        for (PeerIncarnation peer : peers.values()) {
            statuses.add(peer.status(liveNames.contains(peer.node()), receivingNanos));
        }
        statuses.sort(Comparator.comparing(PeerStatus::node).thenComparingLong(PeerStatus::sinceNanos));
        return List.copyOf(statuses);
    }

    public ReceiveStats stats() {
        return counters.stats();
    }
}
