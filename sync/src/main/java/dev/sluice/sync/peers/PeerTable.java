package dev.sluice.sync.peers;

import dev.sluice.limits.model.Membership;
import dev.sluice.limits.model.OnPartition;
import dev.sluice.limits.pacing.RemoteNode;
import dev.sluice.limits.usage.UsageRegistry;
import dev.sluice.sync.activity.ActivityBook;
import dev.sluice.sync.activity.ActivityCodec;
import dev.sluice.sync.activity.NodeActivity;
import dev.sluice.sync.history.HistoryReceiver;
import dev.sluice.sync.receipts.PeerReceipts;
import dev.sluice.sync.receipts.ReportReceipts;
import dev.sluice.sync.sessions.SessionBook;
import dev.sluice.sync.trust.AccountMemory;
import dev.sluice.sync.trust.PeerBounds;
import dev.sluice.sync.trust.PeerRefusal;
import dev.sluice.sync.trust.RefusalCounters;
import dev.sluice.sync.trust.RefusedPart;
import dev.sluice.sync.trust.ReportOrigin;
import dev.sluice.sync.trust.SubjectMemory;
import dev.sluice.sync.wire.DropReason;
import dev.sluice.sync.wire.LivePeers;
import dev.sluice.sync.wire.NodeIdentity;
import dev.sluice.sync.wire.ReceivedMessage;
import dev.sluice.sync.wire.Report;
import dev.sluice.sync.wire.ReportCodec;
import dev.sluice.sync.wire.SenderState;
import dev.sluice.sync.wire.SessionEntry;
import dev.sluice.sync.wire.UsageEntryReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes the reports of peers and charges each admission once. Time is an argument. Owned by one thread.
 *
 * <p>A peer is an incarnation; its name is for people. So two live nodes of one name are two peers. A link is one node: a new
 * incarnation takes the place of the one before at once, see {@link PeerSource}. Behind a relay the old one falls silent.
 * <ul>
 * <li>The first report comes from a young incarnation ({@link #YOUNG_NANOS}, or its silence limit if longer): all
 *     its counts are recent and not charged anywhere, so they are charged in full. This is the case of a restarted
 *     node and of a starting cluster.
 * <li>The first report comes later, or after a silence: its counts are the baseline and are not charged.
 * <li>A sequence not above the last one of its incarnation is a repetition. Incarnations that have ended never come back.
 * <li>Two links may bring the same incarnation. It counts once while their reports are the same.
 * </ul>
 *
 * <p>Peers report their live peers. If one of those is not live here, this node is cut off from a part of the
 * cluster, even if most peers are live; see {@link UnreachablePeers} and {@link OnPartition#fraction(int, int,
 * int)}.
 *
 * <p>More than 400 lines because the path of a report is one story, and its thread owns all of it.
 *
 * <p>More than 400 lines because what a report does to the table is decided in one place.
 */
public final class PeerTable {
    /** How long an incarnation is young after its start. Within this time others connect to it again. */
    static final long YOUNG_NANOS = 3_000_000_000L;
    /** How long an incarnation that ended is remembered. */
    static final long MEMORY_NANOS = 3_600_000_000_000L;

    private static final long PRUNE_NANOS = 10_000_000_000L;

    private final NodeIdentity self;
    private final UsageRegistry registry;
    private final PeerBounds bounds;
    private final ReceiveClock clock;
    private final ReceiveCounters counters = new ReceiveCounters();
    private final PeerSources sources;
    private final Census census;
    private final SubjectMemory memory;
    private final UnreachablePeers unreachable = new UnreachablePeers();
    private volatile LivePeers livePeers = LivePeers.NONE;
    /** Since when this node receives: its start, or a first contact that came late. */
    private long startNanos;
    /** When this incarnation began, by the clock of the arguments. */
    private final long beganNanos;

    private final HistoryReceiver histories;
    private final ReportReceipts receipts;
    private SessionBook sessions = SessionBook.NONE;
    private ActivityBook activities = ActivityBook.NONE;
    private Membership reportedMembership = Membership.ALONE;
    private boolean changed = true;
    private boolean wasStarting = true;
    private long receivingNanos;
    private long prunedNanos;

    /**
     * Makes a table without peers.
     *
     * @param nowNanos monotonic, as in all other calls
     */
    public PeerTable(NodeIdentity self, UsageRegistry registry, PeerBounds bounds, long nowNanos) {
        this.self = self;
        this.registry = registry;
        this.bounds = bounds;
        this.clock = new ReceiveClock(nowNanos);
        this.startNanos = clock.read(nowNanos);
        this.beganNanos = nowNanos;
        this.histories = new HistoryReceiver(registry, nowNanos);
        this.receipts = new ReportReceipts(self.incarnation(), nowNanos);
        this.sources = new PeerSources(bounds.peersMax(), Report.silenceNanosMax(self.intervalNanos()), startNanos);
        this.census = new Census(sources);
        this.memory = new SubjectMemory(bounds.subjectBytesMax(), new AccountMemory(bounds.accountBytesMax()));
    }

    /** What peers have received of this node's reports, and what was received of theirs. */
    public ReportReceipts receipts() {
        return receipts;
    }

    /** Sets what gets the sessions of STS that peers report. To be called before the first message. */
    public void sessions(SessionBook book) {
        sessions = book;
    }

    /** Sets what gets the activity that peers report. To be called before the first message. */
    public void activities(ActivityBook book) {
        activities = book;
    }

    /** What this node learns of the past. */
    public HistoryReceiver histories() {
        return histories;
    }

    /** Takes one message of a peer without keys; see {@link #receive(byte[], ReportOrigin, long, long)}. */
    public Optional<DropReason> receive(byte[] message, String endpoint, long nowNanos, long wallMillis) {
        return receive(message, ReportOrigin.of(endpoint), nowNanos, wallMillis);
    }

    /**
     * Takes one message, whatever its bytes are.
     *
     * @param origin from which it came
     * @param wallMillis this node's wall clock, only to show the lag
     * @return why the message was dropped; empty: it was used
     */
    public Optional<DropReason> receive(byte[] message, ReportOrigin origin, long nowNanos, long wallMillis) {
        counters.bytes += message.length;
        receivingNanos = clock.read(nowNanos);
        PeerSource source = sources.at(origin.address(), receivingNanos);
        ReceivedMessage decoded = ReportCodec.decode(message);
        Optional<DropReason> dropped;
        if (decoded instanceof ReceivedMessage.Decoded report) {
            dropped = take(report, message, origin, source, nowNanos, wallMillis);
        } else {
            dropped = Optional.of(
                    decoded instanceof ReceivedMessage.OtherVersion ? DropReason.VERSION : DropReason.MALFORMED);
        }
        dropped.ifPresent(reason -> {
            counters.drop(reason);
            sources.refusalsOf(origin.address()).count(reason, nowNanos);
        });
        return dropped;
    }

    private Optional<DropReason> take(
            ReceivedMessage.Decoded decoded,
            byte[] message,
            ReportOrigin origin,
            @Nullable PeerSource source,
            long nowNanos,
            long wallMillis) {
        Report report = decoded.header();
        if (report.clusterHash() != self.clusterHash()) {
            return Optional.of(DropReason.CLUSTER);
        }
        if (report.incarnation() == self.incarnation()) {
            // A report that comes back through a relay doesn't show that this node is among the listed peers.
            changed |= source instanceof PeerSource.Direct link && link.markOwn();
            return Optional.of(DropReason.ECHO);
        }
        if (source == null) {
            return Optional.of(DropReason.PEERS_FULL);
        }
        PeerIncarnation peer = source.find(report.incarnation());
        if (peer == null) {
            Optional<DropReason> refused = sources.refusalOf(source, report.incarnation(), receivingNanos);
            if (refused.isPresent()) {
                return refused;
            }
            changed = true;
            peer = addPeer(report, origin, source, nowNanos);
        } else if (peer.hasLeft()) {
            return Optional.of(DropReason.ENDED);
        } else if (report.sequence() <= peer.sequence()) {
            return Optional.of(DropReason.REPLAYED);
        } else {
            endIfOverdue(peer, nowNanos);
            if (!peer.isReceived()) {
                changed = true;
                peer.resume(report, receivingNanos);
                sources.becomeCopyIfReceived(peer, nowNanos);
            }
        }
        return use(decoded, peer, message, origin, nowNanos, wallMillis);
    }

    private Optional<DropReason> use(
            ReceivedMessage.Decoded decoded,
            PeerIncarnation peer,
            byte[] message,
            ReportOrigin origin,
            long nowNanos,
            long wallMillis) {
        Report report = decoded.header();
        UsageEntryReader entries = decoded.entries();
        boolean isOriginal = peer.isOriginal(report.sequence(), message, nowNanos);
        if (isOriginal && peer.isCopy()) {
            // Two nodes use one incarnation: they count as two.
            changed = true;
            peer.resume(report, receivingNanos);
        }
        if (peer.isUnobserved()) {
            peer.rebaseline(report, nowNanos);
        }
        long lost = peer.countReport(report, origin, message.length, receivingNanos, nowNanos, wallMillis);
        counters.addLost(lost);
        if (!isOriginal) {
            endIfLeaving(peer, report, nowNanos);
            publishMembership(nowNanos);
            return Optional.of(DropReason.REPLAYED);
        }
        sources.refusalsOf(origin.address()).node(report.node());
        changed |= report.livePeers().map(peer::updateLivePeers).orElse(false);
        counters.reports++;
        long operationsBefore = counters.operations;
        counters.entries += peer.usage.apply(entries, receivingNanos, nowNanos);
        peer.countChargeDelays(report, counters.operations - operationsBefore, counters.chargeDelays, nowNanos);
        receipts.received(peer.receipts, report, message, entries.end(), lost > 0, nowNanos);
        takeHistory(peer, report, message, entries.end(), nowNanos);
        takeSessions(peer, message, entries.end(), nowNanos);
        takeActivity(peer, message, entries.end(), nowNanos);
        endIfLeaving(peer, report, nowNanos);
        publishMembership(nowNanos);
        return Optional.empty();
    }

    private void takeHistory(PeerIncarnation peer, Report report, byte[] message, int begin, long nowNanos) {
        boolean isOlder = nowNanos - report.uptimeNanos() < beganNanos;
        if (histories.receive(message, begin, isOlder, report.incarnation(), peer.source.history, nowNanos)) {
            counters.refuse(RefusedPart.HISTORY);
            sources.refusalsOf(peer.endpoint()).count(RefusedPart.HISTORY, nowNanos);
        }
        if (report.senderState() == SenderState.ASKING && peer.source.mayAsk(receivingNanos)) {
            histories.ask();
        }
    }

    private void takeSessions(PeerIncarnation peer, byte[] message, int begin, long nowNanos) {
        for (SessionEntry session : SessionEntry.find(message, begin)) {
            if (peer.source.maySendSession(receivingNanos)) {
                sessions.receive(peer.incarnation(), session, nowNanos);
            } else {
                counters.refuse(RefusedPart.SESSION);
                sources.refusalsOf(peer.endpoint()).count(RefusedPart.SESSION, nowNanos);
            }
        }
    }

    private void takeActivity(PeerIncarnation peer, byte[] message, int begin, long nowNanos) {
        Optional<NodeActivity> activity = ActivityCodec.find(message, begin);
        if (activity.isPresent()) {
            if (peer.source.mayShowActivity(receivingNanos)) {
                activities.receive(peer.incarnation(), activity.get(), nowNanos);
            } else {
                counters.refuse(RefusedPart.ACTIVITY);
                sources.refusalsOf(peer.endpoint()).count(RefusedPart.ACTIVITY, nowNanos);
            }
        }
    }

    private void endIfLeaving(PeerIncarnation peer, Report report, long nowNanos) {
        if (report.senderState() == SenderState.SHUTTING_DOWN) {
            changed = true;
            if (peer.source == sources.relayed()) {
                sources.relayed().peak().leave();
            }
            sources.end(peer, PeerState.LEFT, receivingNanos, nowNanos);
        }
    }

    private PeerIncarnation addPeer(Report report, ReportOrigin origin, PeerSource source, long nowNanos) {
        RemoteNode remote = registry.addPeer(self.incarnation(), report.incarnation());
        RefusalCounters refusals = sources.refusalsOf(origin.address());
        PeerUsage usage = new PeerUsage(registry, remote, counters, refusals, bounds.subjectsPerPeerMax(), memory);
        boolean young = report.uptimeNanos() <= Math.max(YOUNG_NANOS, Report.silenceNanosMax(report.intervalNanos()));
        usage.setBaseline(young ? 0 : report.sequence());
        PeerReceipts ofPeer = receipts.add(report.incarnation(), remote, nowNanos);
        PeerIncarnation peer = new PeerIncarnation(report, origin, source, remote, usage, ofPeer, receivingNanos);
        PeerIncarnation before = source.add(peer);
        if (before != null) {
            sources.end(before, PeerState.REPLACED, receivingNanos, nowNanos);
        }
        sources.becomeCopyIfReceived(peer, nowNanos);
        if (histories.peerIsLive(nowNanos - report.uptimeNanos() < beganNanos, nowNanos)) {
            // As cautious as after its start, until it has the past. The limiter learns it before the report's history.
            startNanos = receivingNanos;
            publishMembership(nowNanos);
        }
        return peer;
    }

    /**
     * Ends peers that are silent for too long. Call it after the messages at hand were taken, and at least every
     * 100 ms: a longer gap counts as a pause of this node, not as silence of its peers.
     */
    public void expire(long nowNanos) {
        receivingNanos = clock.read(nowNanos);
        for (PeerIncarnation peer : sources.candidates()) {
            endIfOverdue(peer, nowNanos);
        }
        histories.expire(nowNanos);
        publishMembership(nowNanos);
        if (receivingNanos - prunedNanos >= PRUNE_NANOS) {
            prunedNanos = receivingNanos;
            sources.forgetSilentFor(MEMORY_NANOS, receivingNanos);
            for (PeerIncarnation peer : sources.candidates()) {
                peer.usage.prune(receivingNanos, peer.silenceNanos(), nowNanos);
            }
        }
    }

    /**
     * This node was paused for long, and reports were lost. What the peers admitted meanwhile is not charged, as
     * after a silence. They stay live if their reports come soon.
     */
    public void markAllUnobserved() {
        sources.candidates().forEach(PeerIncarnation::markUnobserved);
    }

    /** How long the peer with the last reports from that address may be silent; 0: there is none. */
    public long silenceNanos(String endpoint) {
        return sources.silenceNanos(endpoint);
    }

    /**
     * The connection to that address has ended. The peer may be silent for as long as one that reports as often as this node,
     * whatever interval it reports.
     */
    public void disconnected(String endpoint) {
        PeerIncarnation current = sources.currentAt(endpoint);
        if (current != null) {
            current.disconnected(Report.silenceNanosMax(self.intervalNanos()));
        }
    }

    /** That address is no longer listed: what came from it is forgotten at once. */
    public void forgetLink(String endpoint, long nowNanos) {
        PeerIncarnation current = sources.currentAt(endpoint);
        if (current != null && current.isReceived()) {
            sources.end(current, PeerState.SILENT, receivingNanos, nowNanos);
        }
        sources.forget(endpoint);
        changed = true;
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
        histories.expect(others);
        census.expect(others, rule, Optional.empty());
    }

    /**
     * Sets the nodes that are expected, where peers may come and go.
     *
     * @param addresses of all of them; a silent peer at another address is no longer expected
     */
    public void expectNodes(int others, OnPartition rule, Set<String> addresses) {
        changed = true;
        histories.expect(others);
        census.expect(others, rule, Optional.of(Set.copyOf(addresses)));
    }

    /** Sets the addresses of relays, which are no nodes. */
    public void relays(Set<String> addresses) {
        sources.relays(addresses);
    }

    /** The membership for this node's limiter, as of the last call of another method. */
    public Membership membership() {
        Membership now = census.count(unreachable, isBeginning(), receivingNanos);
        return new Membership(now.live(), now.known(), now.fraction(), isStarting());
    }

    /** This node's live peers, as of the last change; any thread. */
    public LivePeers livePeers() {
        return livePeers;
    }

    /** The peers of others that are not live here, as of the last call of another method. */
    public List<UnreachablePeer> unreachablePeers() {
        return unreachable.list(sources, census, receivingNanos);
    }

    /** Whether the first reports of running peers may still be missing. */
    private boolean isBeginning() {
        return receivingNanos - startNanos < Report.silenceNanosMax(self.intervalNanos());
    }

    /** A node that has met nobody can't know either what was used; it waits for a moment more. */
    private boolean isStarting() {
        return isBeginning() || histories.awaitsFirstPeer();
    }

    private void publishMembership(long nowNanos) {
        boolean starting = isStarting();
        if (!changed && !starting && !wasStarting && unreachable.isEmpty()) {
            return;
        }
        if (changed) {
            livePeers = sources.livePeers();
            histories.olderPeers((int) sources.candidates().stream()
                    .filter(peer -> peer.isLive() && peer.beganNanos() < beganNanos)
                    .count());
            unreachable.update(sources, self.incarnation(), receivingNanos);
        }
        changed = false;
        wasStarting = starting;
        Membership now = membership();
        histories.expect(census.expectedToAnswer());
        if (!now.equals(reportedMembership)) {
            reportedMembership = now;
            registry.updateMembership(now, nowNanos);
        }
    }

    private void endIfOverdue(PeerIncarnation peer, long nowNanos) {
        if (peer.isOverdue(receivingNanos)) {
            changed = true;
            sources.end(peer, PeerState.SILENT, receivingNanos, nowNanos);
        }
    }

    /** All remembered peers, by name, the latest of a name first, as of the last call of another method. */
    public List<PeerStatus> statuses() {
        Census.Successors successors = census.successors();
        List<PeerStatus> statuses = new ArrayList<>();
        for (PeerIncarnation peer : sources.all()) {
            statuses.add(peer.status(successors.hasOneOf(peer), receivingNanos));
        }
        statuses.sort(Comparator.comparing(PeerStatus::node).thenComparingLong(PeerStatus::sinceNanos));
        return List.copyOf(statuses);
    }

    /** What was refused, by link and reason. */
    public List<PeerRefusal> refusals(long nowNanos) {
        return sources.refusals(nowNanos);
    }

    /** The memory that is held for the subjects of all peers, bytes, as {@link SubjectMemory} estimates it. */
    public long subjectBytes() {
        return memory.bytes();
    }

    /** How often subjects were refused or forgotten for want of memory; 0 of a relay, which doesn't need them. */
    public long refusedForMemory() {
        return bounds.remembersSubjects() ? counters.refused(RefusedPart.MEMORY) : 0;
    }

    public ReceiveStats stats() {
        return counters.stats();
    }
}
