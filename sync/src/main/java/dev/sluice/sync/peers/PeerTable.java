package dev.sluice.sync.peers;

import dev.sluice.limits.model.Membership;
import dev.sluice.limits.model.OnPartition;
import dev.sluice.limits.pacing.RemoteNode;
import dev.sluice.limits.usage.UsageRegistry;
import dev.sluice.sync.history.HistoryReceiver;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Takes the reports of peers and charges each admission once. Time is an argument. Owned by one thread.
 *
 * <p>A peer is an incarnation; its name is for people. So two live nodes of one name are two peers. A restart is no
 * special case: the old incarnation falls silent, and the reports of a new one begin.
 * <ul>
 * <li>The first report comes from a young incarnation ({@link #YOUNG_NANOS}, or its silence limit if longer): all
 *     its counts are recent and not charged anywhere, so they are charged in full. This is the case of a restarted
 *     node and of a starting cluster.
 * <li>The first report comes later, or after a silence: its counts are the baseline and are not charged.
 * <li>A sequence not above the last one of its incarnation is a repetition. Ended incarnations are remembered to
 *     detect this, for an hour and while there is room.
 * </ul>
 *
 * <p>Peers report their live peers. If one of those is not live here, this node is cut off from a part of the
 * cluster, even if most peers are live; see {@link UnreachablePeers} and {@link OnPartition#fraction(int, int,
 * int)}.
 */
public final class PeerTable {
    /** How long an incarnation is young after its start. Within this time others connect to it again. */
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
    private final UnreachablePeers.ExpectedPeers expectedPeers = new UnreachablePeers.ExpectedPeers() {
        @Override
        public boolean isExpected(PeerIncarnation peer) {
            return isListed(peer);
        }

        @Override
        public boolean areAllLive() {
            return areAllLive;
        }
    };
    private volatile LivePeers livePeers = LivePeers.NONE;
    /** Since when this node receives: its start, or a first contact that came late. */
    private long startNanos;
    /** When this incarnation began, by the clock of the arguments. */
    private final long beganNanos;

    private final HistoryReceiver histories;
    private int expected;
    private OnPartition onPartition = OnPartition.AUTO;
    private Optional<Set<String>> listed = Optional.empty();
    private Set<String> relays = Set.of();
    /** Whether this node is among the peers that it connects to: then it is no other node to wait for. */
    private boolean isListedHere;

    private boolean areAllLive;
    private Membership reportedMembership = Membership.ALONE;
    private boolean changed = true;
    private boolean wasStarting = true;
    private long receivingNanos;
    private long prunedNanos;

    /**
     * The bounds of the table.
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
     * Makes a table without peers.
     *
     * @param nowNanos monotonic, as in all other calls
     */
    public PeerTable(NodeIdentity self, UsageRegistry registry, Bounds bounds, long nowNanos) {
        this.self = self;
        this.registry = registry;
        this.bounds = bounds;
        this.clock = new ReceiveClock(nowNanos);
        this.startNanos = clock.read(nowNanos);
        this.beganNanos = nowNanos;
        this.histories = new HistoryReceiver(registry, nowNanos);
    }

    /** What this node learns of the past. */
    public HistoryReceiver histories() {
        return histories;
    }

    /**
     * Takes one message, whatever its bytes are.
     *
     * @param endpoint from which it came, for {@link PeerStatus#endpoint()}
     * @param wallMillis this node's wall clock, only to show the lag
     * @return why the message was dropped; empty: it was used
     */
    public Optional<DropReason> receive(byte[] message, String endpoint, long nowNanos, long wallMillis) {
        counters.bytes += message.length;
        ReceivedMessage decoded = ReportCodec.decode(message);
        Optional<DropReason> dropped;
        if (decoded instanceof ReceivedMessage.Decoded report) {
            dropped = take(report.header(), report.entries(), message, endpoint, nowNanos, wallMillis);
        } else {
            dropped = Optional.of(
                    decoded instanceof ReceivedMessage.OtherVersion ? DropReason.VERSION : DropReason.MALFORMED);
        }
        dropped.ifPresent(counters::drop);
        return dropped;
    }

    private Optional<DropReason> take(
            Report report, UsageEntryReader entries, byte[] message, String endpoint, long nowNanos, long wallMillis) {
        if (report.clusterHash() != self.clusterHash()) {
            return Optional.of(DropReason.CLUSTER);
        }
        if (report.incarnation() == self.incarnation()) {
            // A report that comes back through a relay doesn't show that this node is among the listed peers.
            boolean isDirect = !relays.contains(endpoint);
            changed |= isDirect && !isListedHere;
            isListedHere |= isDirect;
            return Optional.of(DropReason.ECHO);
        }
        receivingNanos = clock.read(nowNanos);
        PeerIncarnation peer = peers.get(report.incarnation());
        if (peer == null) {
            if (!makeRoom()) {
                return Optional.of(DropReason.PEERS_FULL);
            }
            changed = true;
            peer = addPeer(report, endpoint, nowNanos);
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
        counters.lost += peer.countReport(report, endpoint, message.length, receivingNanos, nowNanos, wallMillis);
        counters.reports++;
        long operationsBefore = counters.operations;
        counters.entries += peer.usage.apply(entries, receivingNanos, nowNanos);
        peer.countChargeDelays(report, counters.operations - operationsBefore, counters.chargeDelays, nowNanos);
        histories.receive(message, entries.end(), nowNanos - report.uptimeNanos() < beganNanos, nowNanos);
        if (report.senderState() == SenderState.ASKING) {
            histories.ask();
        }
        if (report.senderState() == SenderState.SHUTTING_DOWN) {
            changed = true;
            peer.end(PeerState.LEFT, nowNanos);
        }
        publishMembership(nowNanos);
        return Optional.empty();
    }

    private PeerIncarnation addPeer(Report report, String endpoint, long nowNanos) {
        RemoteNode remote = registry.addPeer(self.incarnation(), report.incarnation());
        PeerUsage usage = new PeerUsage(registry, remote, counters, bounds.subjectsPerPeerMax());
        boolean young = report.uptimeNanos() <= Math.max(YOUNG_NANOS, Report.silenceNanosMax(report.intervalNanos()));
        usage.setBaseline(young ? 0 : report.sequence());
        PeerIncarnation peer = new PeerIncarnation(report, endpoint, remote, usage, receivingNanos);
        peers.put(report.incarnation(), peer);
        if (histories.peerIsLive(nowNanos - report.uptimeNanos() < beganNanos, nowNanos)) {
            // As cautious as after its start, until it has the past. The limiter learns it before this report's
            // history.
            startNanos = receivingNanos;
            publishMembership(nowNanos);
        }
        return peer;
    }

    /** Removes the peer that is silent for the longest time if there is no room; false: all are live. */
    private boolean makeRoom() {
        if (peers.size() < bounds.peersMax()) {
            return true;
        }
        return peers.entrySet().stream()
                .filter(entry -> !entry.getValue().isLive())
                .max(Comparator.comparingLong(entry -> entry.getValue().silentNanos(receivingNanos)))
                .map(entry -> peers.remove(entry.getKey(), entry.getValue().forget()))
                .orElse(false);
    }

    /**
     * Ends peers that are silent for too long. Call it after the messages at hand were taken, and at least every
     * 100 ms: a longer gap counts as a pause of this node, not as silence of its peers.
     */
    public void expire(long nowNanos) {
        receivingNanos = clock.read(nowNanos);
        for (PeerIncarnation peer : peers.values()) {
            endIfOverdue(peer, nowNanos);
        }
        histories.expire(nowNanos);
        publishMembership(nowNanos);
        if (receivingNanos - prunedNanos >= PRUNE_NANOS) {
            prunedNanos = receivingNanos;
            peers.values().removeIf(peer -> peer.forgetIfSilentFor(MEMORY_NANOS, receivingNanos));
            for (PeerIncarnation peer : peers.values()) {
                peer.usage.prune(receivingNanos, peer.silenceNanos(), nowNanos);
            }
        }
    }

    /**
     * This node was paused for long, and reports were lost. What the peers admitted meanwhile is not charged, as
     * after a silence. They stay live if their reports come soon.
     */
    public void markAllUnobserved() {
        peers.values().forEach(PeerIncarnation::markUnobserved);
    }

    /** How long the peer with the last reports from that address may be silent; 0: there is none. */
    public long silenceNanos(String endpoint) {
        long nanos = 0;
        for (PeerIncarnation peer : peers.values()) {
            nanos = peer.endpoint().equals(endpoint) ? Math.max(nanos, peer.silenceNanos()) : nanos;
        }
        return nanos;
    }

    /**
     * Sets the number of nodes that are expected.
     *
     * @param others listed as peers, including this node's own address if it is listed; the cluster counts as at
     *     least that large, live or not
     * @param rule what may be admitted while not all are live
     */
    public void expectNodes(int others, OnPartition rule) {
        changed = true;
        expected = others;
        onPartition = rule;
        listed = Optional.empty();
    }

    /**
     * Sets the nodes that are expected, where peers may come and go.
     *
     * @param addresses of all of them; a silent peer at another address is no longer expected
     */
    public void expectNodes(int others, OnPartition rule, Set<String> addresses) {
        expectNodes(others, rule);
        listed = Optional.of(Set.copyOf(addresses));
    }

    /** Sets the addresses of relays, which are no nodes. */
    public void relays(Set<String> addresses) {
        relays = Set.copyOf(addresses);
    }

    private boolean isListed(PeerIncarnation peer) {
        return listed.map(addresses -> addresses.contains(peer.endpoint())).orElse(true);
    }

    /** The membership for this node's limiter, as of the last call of another method. */
    public Membership membership() {
        int live = 1;
        int silent = 0;
        int left = 0;
        Successors successors = Successors.of(peers.values(), relays);
        for (PeerIncarnation peer : peers.values()) {
            live += peer.isLive() ? 1 : 0;
        }
        for (PeerIncarnation peer : peers.values()) {
            if (!peer.isLive() && !successors.hasOneOf(peer)) {
                silent += peer.isSilent() && isListed(peer) ? 1 : 0;
                left += peer.hasLeft() ? 1 : 0;
            }
        }
        int expectedLive = 1 + expected - (isListedHere ? 1 : 0) - left;
        areAllLive = live >= expectedLive;
        int cutOff = unreachable.partitioned(peers, expectedPeers, receivingNanos);
        int known = Math.max(live + Math.max(silent, cutOff), expectedLive);
        boolean starting = isStarting();
        OnPartition rule = starting ? OnPartition.STATIC : onPartition;
        return new Membership(live, known, rule.fraction(live, known, cutOff), starting);
    }

    /** This node's live peers, as of the last change; any thread. */
    public LivePeers livePeers() {
        return livePeers;
    }

    /** The peers of others that are not live here, as of the last call of another method. */
    public List<UnreachablePeer> unreachablePeers() {
        return unreachable.list(peers, expectedPeers, receivingNanos);
    }

    private LivePeers currentLivePeers() {
        List<Long> live = peers.entrySet().stream()
                .filter(entry -> entry.getValue().isLive())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        return live.size() > LivePeers.PEERS_MAX ? LivePeers.NONE : new LivePeers(live);
    }

    /** Whether the first reports of running peers may still be missing. */
    private boolean isStarting() {
        return receivingNanos - startNanos < Report.silenceNanosMax(self.intervalNanos());
    }

    private void publishMembership(long nowNanos) {
        boolean starting = isStarting();
        if (!changed && !starting && !wasStarting && unreachable.isEmpty()) {
            return;
        }
        if (changed) {
            livePeers = currentLivePeers();
            histories.olderPeers((int) peers.values().stream()
                    .filter(peer -> peer.isLive() && peer.beganNanos() < beganNanos)
                    .count());
            unreachable.update(peers, self.incarnation(), receivingNanos);
        }
        changed = false;
        wasStarting = starting;
        Membership now = membership();
        if (!now.equals(reportedMembership)) {
            reportedMembership = now;
            registry.updateMembership(now, nowNanos);
        }
    }

    private void endIfOverdue(PeerIncarnation peer, long nowNanos) {
        if (peer.isOverdue(receivingNanos)) {
            changed = true;
            peer.end(PeerState.SILENT, nowNanos);
        }
    }

    /** All remembered peers, by name, the latest of a name first, as of the last call of another method. */
    public List<PeerStatus> statuses() {
        Successors successors = Successors.of(peers.values(), relays);
        List<PeerStatus> statuses = new ArrayList<>(peers.size());
        for (PeerIncarnation peer : peers.values()) {
            statuses.add(peer.status(successors.hasOneOf(peer), receivingNanos));
        }
        statuses.sort(Comparator.comparing(PeerStatus::node).thenComparingLong(PeerStatus::sinceNanos));
        return List.copyOf(statuses);
    }

    public ReceiveStats stats() {
        return counters.stats();
    }
}
