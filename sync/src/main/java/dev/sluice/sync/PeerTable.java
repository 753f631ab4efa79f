package dev.sluice.sync;

import dev.sluice.limits.Membership;
import dev.sluice.limits.OnPartition;
import dev.sluice.limits.RemoteNode;
import dev.sluice.limits.UsageBook;
import dev.sluice.sync.PeerStatus.State;
import dev.sluice.sync.Report.Parting;
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
 * it may hear most of it; see {@link Elsewhere} and {@link OnPartition#fraction(int, int, int)}.
 */
public final class PeerTable {
    /** How long after its start an unknown incarnation is young: time for others to find it again. */
    static final long YOUNG_NANOS = 3_000_000_000L;
    /** How long an incarnation that ended is remembered. */
    static final long MEMORY_NANOS = 3_600_000_000_000L;

    private static final long PRUNE_NANOS = 10_000_000_000L;

    private final NodeIdentity self;
    private final UsageBook book;
    private final Bounds bounds;
    private final ListeningClock clock;
    private final ReceiveCounters counters = new ReceiveCounters();
    private final Map<Long, Peer> peers = new HashMap<>();
    private final Elsewhere elsewhere = new Elsewhere();
    private final Elsewhere.Expected toBeHeard = new Elsewhere.Expected() {
        @Override
        public boolean has(Peer peer) {
            return isListed(peer);
        }

        @Override
        public boolean areAllThere() {
            return allThere;
        }
    };
    private volatile Hearing hearing = Hearing.NOBODY;
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
    private long listenedNanos;
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
    public PeerTable(NodeIdentity self, UsageBook book, Bounds bounds, long nowNanos) {
        this.self = self;
        this.book = book;
        this.bounds = bounds;
        this.clock = new ListeningClock(nowNanos);
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
        Decoded decoded = ReportCodec.open(message);
        Optional<DropReason> dropped;
        if (decoded instanceof Decoded.Opened opened) {
            dropped = take(opened.head(), opened.entries(), message.length, endpoint, nowNanos, wallMillis);
        } else {
            dropped = Optional.of(decoded instanceof Decoded.OtherVersion ? DropReason.VERSION : DropReason.MALFORMED);
        }
        dropped.ifPresent(counters::drop);
        return dropped;
    }

    private Optional<DropReason> take(
            Report report, EntryReader entries, int size, String endpoint, long nowNanos, long wallMillis) {
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
        listenedNanos = clock.read(nowNanos);
        Peer peer = peers.get(report.incarnation());
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
                peer.resume(report, listenedNanos);
            }
        }
        if (peer.isMissed()) {
            peer.overlook(report, nowNanos);
        }
        Peer sender = peer;
        changed |= report.hearing().map(sender::takesHearing).orElse(false);
        counters.lost += peer.heard(report, endpoint, size, listenedNanos, nowNanos, wallMillis);
        counters.reports++;
        long operationsBefore = counters.operations;
        counters.entries += peer.ledger.apply(entries, listenedNanos, nowNanos);
        peer.countEffect(report, counters.operations - operationsBefore, counters.effect, nowNanos);
        if (report.parting() == Parting.LEAVING) {
            changed = true;
            peer.end(State.LEFT, nowNanos);
        }
        tellMembership(nowNanos);
        return Optional.empty();
    }

    private Peer welcome(Report report, String endpoint) {
        RemoteNode remote = new RemoteNode();
        PeerLedger ledger = new PeerLedger(book, remote, counters, bounds.subjectsPerPeerMax());
        boolean young = report.uptimeNanos() <= Math.max(YOUNG_NANOS, Peer.silenceNanos(report.intervalNanos()));
        ledger.rebase(young ? 0 : report.sequence());
        Peer peer = new Peer(report, endpoint, remote, ledger, listenedNanos);
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
                .max(Comparator.comparingLong(entry -> entry.getValue().unheardNanos(listenedNanos)))
                .map(entry -> peers.remove(entry.getKey(), entry.getValue()))
                .orElse(false);
    }

    /**
     * Ends peers that have been silent too long. Call it after the messages that are at hand were taken, and at least
     * every 100 ms: a longer gap counts as a pause of this node, not as silence of its peers.
     */
    public void expire(long nowNanos) {
        listenedNanos = clock.read(nowNanos);
        for (Peer peer : peers.values()) {
            endIfOverdue(peer, nowNanos);
        }
        tellMembership(nowNanos);
        if (listenedNanos - prunedNanos >= PRUNE_NANOS) {
            prunedNanos = listenedNanos;
            peers.values().removeIf(peer -> !peer.isLive() && peer.unheardNanos(listenedNanos) > MEMORY_NANOS);
            for (Peer peer : peers.values()) {
                peer.ledger.prune(listenedNanos, peer.silenceNanos(), nowNanos);
            }
        }
    }

    /**
     * This node stood still for long, and reports were lost. What peers have admitted meanwhile is past, as after a silence
     * of theirs; but they stay live as long as they are heard soon.
     */
    public void missedAll() {
        peers.values().forEach(Peer::missed);
    }

    /** How long whoever was heard last from that address may be silent; 0: nobody was. */
    long silenceNanos(String endpoint) {
        long nanos = 0;
        for (Peer peer : peers.values()) {
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
    public void expect(int others, OnPartition rule) {
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
    public void expect(int others, OnPartition rule, Set<String> addresses) {
        expect(others, rule);
        listed = Optional.of(Set.copyOf(addresses));
    }

    /** Which addresses are of relays: they are no nodes. */
    void relays(Set<String> addresses) {
        relays = Set.copyOf(addresses);
    }

    private boolean isListed(Peer peer) {
        return listed.map(addresses -> addresses.contains(peer.endpoint())).orElse(true);
    }

    /** What this node's limiter goes by, as of the last call of another method. */
    public Membership membership() {
        int live = 1;
        int silent = 0;
        int left = 0;
        Set<String> liveNames = new HashSet<>();
        for (Peer peer : peers.values()) {
            if (peer.isLive()) {
                live++;
                liveNames.add(peer.node());
            }
        }
        for (Peer peer : peers.values()) {
            if (!peer.isLive() && !liveNames.contains(peer.node())) {
                silent += peer.isSilent() && isListed(peer) ? 1 : 0;
                left += peer.hasLeft() ? 1 : 0;
            }
        }
        int toBeThere = 1 + expected - (hearsItself ? 1 : 0) - left;
        allThere = live >= toBeThere;
        int cutOff = elsewhere.counted(peers, toBeHeard, listenedNanos);
        int known = Math.max(live + Math.max(silent, cutOff), toBeThere);
        boolean starting = isStarting();
        OnPartition rule = starting ? OnPartition.STATIC : onPartition;
        return new Membership(live, known, rule.fraction(live, known, cutOff), starting);
    }

    /** Whom this node hears, as of the last change; any thread. */
    public Hearing hearing() {
        return hearing;
    }

    /** Those whom peers hear and this node doesn't, as of the last call of another method. */
    public List<HeardElsewhere> heardElsewhere() {
        return elsewhere.list(peers, toBeHeard, listenedNanos);
    }

    private Hearing heardNow() {
        List<Long> live = peers.entrySet().stream()
                .filter(entry -> entry.getValue().isLive())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        return live.size() > Hearing.PEERS_MAX ? Hearing.NOBODY : new Hearing(live);
    }

    /** Those who are there may still not have been heard. */
    private boolean isStarting() {
        return listenedNanos - startNanos < Peer.silenceNanos(self.intervalNanos());
    }

    private void tellMembership(long nowNanos) {
        boolean starting = isStarting();
        if (!changed && !starting && !wasStarting && elsewhere.isEmpty()) {
            return;
        }
        if (changed) {
            hearing = heardNow();
            elsewhere.update(peers, self.incarnation(), listenedNanos);
        }
        changed = false;
        wasStarting = starting;
        Membership now = membership();
        if (!now.equals(told)) {
            told = now;
            book.membership(now, nowNanos);
        }
    }

    private void endIfOverdue(Peer peer, long nowNanos) {
        if (peer.isOverdue(listenedNanos)) {
            changed = true;
            peer.end(State.SILENT, nowNanos);
        }
    }

    /** All peers that are remembered, by name, the latest of a name first, as of the last call of another method. */
    public List<PeerStatus> statuses() {
        Set<String> liveNames = new HashSet<>();
        for (Peer peer : peers.values()) {
            if (peer.isLive()) {
                liveNames.add(peer.node());
            }
        }
        List<PeerStatus> statuses = new ArrayList<>(peers.size());
        for (Peer peer : peers.values()) {
            statuses.add(peer.status(liveNames.contains(peer.node()), listenedNanos));
        }
        statuses.sort(Comparator.comparing(PeerStatus::node).thenComparingLong(PeerStatus::sinceNanos));
        return List.copyOf(statuses);
    }

    public ReceiveStats stats() {
        return counters.stats();
    }
}
