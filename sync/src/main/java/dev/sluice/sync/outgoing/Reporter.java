package dev.sluice.sync.outgoing;

import dev.sluice.limits.model.SubjectId;
import dev.sluice.limits.usage.LocalUsage;
import dev.sluice.limits.usage.UsageRegistry;
import dev.sluice.sync.activity.ActivityBook;
import dev.sluice.sync.activity.ActivitySender;
import dev.sluice.sync.config.SyncConfig;
import dev.sluice.sync.history.HistorySender;
import dev.sluice.sync.receipts.LostReports;
import dev.sluice.sync.receipts.ReportReceipts;
import dev.sluice.sync.sessions.SessionBook;
import dev.sluice.sync.sessions.SessionSender;
import dev.sluice.sync.wire.LivePeers;
import dev.sluice.sync.wire.NodeIdentity;
import dev.sluice.sync.wire.Receipt;
import dev.sluice.sync.wire.ReceiptCodec;
import dev.sluice.sync.wire.Receipts;
import dev.sluice.sync.wire.Report;
import dev.sluice.sync.wire.ReportCodec;
import dev.sluice.sync.wire.Sections;
import dev.sluice.sync.wire.SenderState;
import dev.sluice.sync.wire.UsageEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Makes this node's reports from its {@link UsageRegistry}. Time is an argument. Owned by one thread.
 *
 * <p>A tick reports each subject that has changed enough ({@link ReportPriority}). Against loss it repeats each
 * subject within about a second, and one that hasn't changed for ten seconds within ten ({@link
 * OutgoingSubject#isDue}). A tick without entries is a heartbeat.
 *
 * <p>The reporter keeps to a byte rate. Entries that don't fit are deferred, the lowest priority first ({@link
 * EntrySelection}).
 *
 * <p>It reports what was admitted since it was made. So a new incarnation on a registry in use charges nothing
 * twice. A subject that the registry no longer visits is forgotten some ticks later. If it comes back it is new,
 * and its counts must have begun at 0.
 */
public final class Reporter implements ReportSource {
    /** After so many ticks, subjects that were not visited lately are forgotten. */
    static final int REVIEW_TICKS = 2 * UsageRegistry.VISITS_APART_MAX;

    /** In intervals: unused bytes may be used for so long. A tick may be late by a tenth. */
    private static final double BURST_INTERVALS = 1.5;
    /** Some dozens of entries fit, however low the rate is. */
    private static final long BURST_BYTES_MIN = 1_024;
    /** The part of the bytes that urgent reports may use; the rest is kept for deferred entries. */
    private static final double URGENT_PART = 0.75;
    /** The part that entries may use while the past is sent to a node that has just started. */
    private static final double ENTRIES_PART = 0.75;

    /** Clocks on the wire are in microseconds. */
    private static final long CLOCK_NANOS = 1_000;

    private static final byte[] NO_SECTIONS = {};
    /** The same in the long run. */
    private static final double URGENT_RATE_PART = 0.5;

    private final NodeIdentity self;
    private final UsageRegistry registry;
    private final LongSupplier limitsFingerprint;
    private final double bytesPerNano;
    private final long burstBytesMax;
    private final LivePeersSchedule livePeersSchedule;
    private final Optional<HistorySender> history;
    private final ReportReceipts receipts;
    private SessionSender sessions;
    private ActivitySender activity;
    private final UrgentSchedule urgentSchedule;
    private final int headerBytes;
    private final long startNanos;
    private final Map<SubjectId, OutgoingSubject> subjects = new HashMap<>();
    private long ticks;
    private long sequence;
    private long lastTickNanos;
    private long roomBytes;
    private long roomNanos;
    private long deferred;

    /**
     * Begins an incarnation without a limit on bytes.
     *
     * @param nowNanos monotonic, as in {@link #tick}
     */
    public Reporter(NodeIdentity self, UsageRegistry registry, long nowNanos) {
        this(
                self,
                registry,
                () -> 0,
                () -> LivePeers.NONE,
                Optional.empty(),
                new ReportReceipts(self.incarnation(), nowNanos),
                SyncConfig.RATE_MAX,
                nowNanos);
    }

    /**
     * Begins an incarnation.
     *
     * @param limitsFingerprint of the limits in force, read for each report; 0: not reported
     * @param livePeers this node's live peers, read for each report
     * @param history sends the past to nodes that have just started; empty: nothing does
     * @param receipts what peers have received, and what was received of them
     * @param bytesPerSecondMax for the entries of the reports
     * @param nowNanos monotonic, as in {@link #tick}
     */
    public Reporter(
            NodeIdentity self,
            UsageRegistry registry,
            LongSupplier limitsFingerprint,
            Supplier<LivePeers> livePeers,
            Optional<HistorySender> history,
            ReportReceipts receipts,
            long bytesPerSecondMax,
            long nowNanos) {
        this.self = self;
        this.registry = registry;
        this.limitsFingerprint = limitsFingerprint;
        this.livePeersSchedule = new LivePeersSchedule(livePeers, nowNanos);
        this.history = history;
        this.receipts = receipts;
        this.sessions = new SessionSender(SessionBook.NONE, () -> 0, nowNanos);
        this.activity = new ActivitySender(ActivityBook.NONE, nowNanos);
        receipts.begin(nowNanos);
        this.urgentSchedule = new UrgentSchedule(URGENT_RATE_PART * bytesPerSecondMax, nowNanos);
        this.headerBytes = ReportCodec.headerBytesMax(self.node()) + ReceiptCodec.SECTION_BYTES_MAX;
        this.bytesPerNano = bytesPerSecondMax / 1e9;
        this.burstBytesMax = Math.max((long) (BURST_INTERVALS * bytesPerNano * self.intervalNanos()), BURST_BYTES_MIN);
        this.roomBytes = burstBytesMax;
        this.roomNanos = nowNanos;
        this.startNanos = nowNanos;
        this.lastTickNanos = nowNanos;
        registry.forEachSubject(usage -> subjects.put(usage.id(), OutgoingSubject.from(usage, nowNanos)));
    }

    /** Sets what sends the sessions of STS. To be called before the first tick. */
    public void sessions(SessionSender sender) {
        sessions = sender;
    }

    /** Sets what sends this sidecar's activity. To be called before the first tick. */
    public void activity(ActivitySender sender) {
        activity = sender;
    }

    /** The reports to send now, in order: at least one, each at most {@link ReportCodec#REPORT_BYTES_MAX}. */
    @Override
    public List<byte[]> tick(ReportContent content, long nowNanos, long wallMillis) {
        ticks++;
        if (content == ReportContent.FULL_STATE) {
            history.ifPresent(HistorySender::request);
            sessions.request();
        }
        Tick tick = new Tick(content, nowNanos, wallMillis);
        registry.measure(tick, nowNanos);
        if (ticks % REVIEW_TICKS == 0) {
            subjects.values().removeIf(subject -> !subject.isVisitedSince(ticks - UsageRegistry.VISITS_APART_MAX));
        }
        tick.finish();
        lastTickNanos = nowNanos;
        return tick.reports;
    }

    @Override
    public long urgentWaitNanos(long nowNanos) {
        return registry.hasUrgentUpdate() ? urgentSchedule.waitNanos(registry.urgentNanos(), nowNanos) : Long.MAX_VALUE;
    }

    /** Sets the callback for urgent updates. Any thread may call it. */
    @Override
    public void onUrgentUpdate(Runnable wake) {
        registry.onUrgentUpdate(wake);
    }

    /** The reports that can't wait for the next tick; may be empty. */
    @Override
    public List<byte[]> tickUrgent(long nowNanos, long wallMillis) {
        Tick tick = new Tick(ReportContent.URGENT, nowNanos, wallMillis);
        registry.measureUrgent(tick, nowNanos);
        tick.finish();
        return tick.reports;
    }

    /** The number of subjects that the registry visits. */
    @Override
    public int subjects() {
        return subjects.size();
    }

    /** How often an entry was deferred to a later tick. */
    @Override
    public long deferred() {
        return deferred;
    }

    /** The bytes that entries may use now. */
    private long roomBytes(ReportContent content, long nowNanos) {
        long more = (long) (bytesPerNano * (nowNanos - roomNanos));
        if (more > 0) {
            roomNanos = nowNanos;
            roomBytes = Math.min(roomBytes + more, burstBytesMax);
        }
        return switch (content) {
            case FINAL -> Long.MAX_VALUE;
            case URGENT -> (long) (URGENT_PART * roomBytes);
            case CHANGES, FULL_STATE -> roomBytes;
        };
    }

    /** The sequence of the last report; 0: there was none. */
    public long sequence() {
        return sequence;
    }

    /** One tick in progress. */
    private final class Tick implements UsageRegistry.Visitor {
        private final ReportContent content;
        private final long nowNanos;
        private final long wallMillis;
        private final List<byte[]> reports = new ArrayList<>();
        private final List<OutgoingSubject> candidates = new ArrayList<>();
        private final List<UsageEntry> entries = new ArrayList<>();
        private final ReportDelaysBuilder delays = new ReportDelaysBuilder();
        private final List<OutgoingSubject> lost = new ArrayList<>();
        private List<Receipt> ofPeers;
        private byte[] sections = NO_SECTIONS;
        private int bytes = headerBytes;

        Tick(ReportContent content, long nowNanos, long wallMillis) {
            this.content = content;
            this.nowNanos = nowNanos;
            this.wallMillis = wallMillis;
            // Before anything is repeated: a receipt shows the peer that its losses are repeated by now.
            this.ofPeers = receipts.receipts(nowNanos);
        }

        @Override
        public void visit(LocalUsage usage) {
            OutgoingSubject subject = subjects.get(usage.id());
            if (subject == null) {
                subject = new OutgoingSubject(usage.id(), usage.scope(), lastTickNanos, nowNanos);
                subjects.put(usage.id(), subject);
            }
            double priority = subject.update(usage, ticks, nowNanos);
            if (!subject.isEmpty() && isSelected(subject, priority > 0)) {
                candidates.add(subject);
            } else if (subject.isChanged()) {
                subject.leaveOut();
            }
        }

        /** What a peer lacks is reported again, whether it is visited now or not. */
        private void addLost(LostReports reports) {
            Set<OutgoingSubject> before = new HashSet<>(candidates);
            for (OutgoingSubject subject : subjects.values()) {
                if (subject.isLost(reports)) {
                    lost.add(subject);
                    if (!before.contains(subject)) {
                        candidates.add(subject);
                    }
                }
            }
        }

        /** A loss is repeated only once all of it had room. Until then the peer's receipts prove nothing, nor would one for it. */
        private void repeatLost(List<OutgoingSubject> chosen, boolean areAllChosen) {
            if (areAllChosen || lost.isEmpty() || new HashSet<>(chosen).containsAll(lost)) {
                receipts.repeated(nowNanos);
            }
            ofPeers = receipts.withoutIncomplete(ofPeers);
        }

        private void add(OutgoingSubject subject) {
            if (bytes + ReportCodec.ENTRY_BYTES_MAX > ReportCodec.REPORT_BYTES_MAX) {
                close(SenderState.RUNNING, false);
            }
            if (subject.unreportedOperations() > 0) {
                delays.add(nowNanos - subject.unreportedSinceNanos(), subject.unreportedOperations());
            }
            if (subject.needsReceipts()) {
                receipts.ask(nowNanos);
            }
            UsageEntry entry = subject.entryFor(sequence + 1, nowNanos);
            entries.add(entry);
            int entryBytes = ReportCodec.entryBytes(entry, sequence + 1);
            bytes += entryBytes;
            roomBytes -= entryBytes;
        }

        private boolean isSelected(OutgoingSubject subject, boolean hasPriority) {
            return switch (content) {
                case FULL_STATE -> true;
                case FINAL -> subject.isChanged();
                case URGENT -> hasPriority && subject.isChanged();
                case CHANGES -> (hasPriority && subject.isChanged()) || subject.isDeferred() || subject.isDue(nowNanos);
            };
        }

        void finish() {
            receipts.lost(nowNanos).ifPresent(this::addLost);
            int wanted = candidates.size();
            if (content == ReportContent.URGENT) {
                urgentSchedule.sent(registry.urgentNanos(), bytesOf(candidates), nowNanos);
            }
            boolean sendsHistory = (content == ReportContent.CHANGES || content == ReportContent.FULL_STATE)
                    && history.isPresent()
                    && history.get().isSending(nowNanos);
            long room = roomBytes(content, nowNanos);
            long entriesBytesMax = sendsHistory ? (long) (ENTRIES_PART * room) : room;
            List<OutgoingSubject> chosen = EntrySelection.choose(candidates, entriesBytesMax, nowNanos);
            deferred += wanted - chosen.size();
            repeatLost(chosen, chosen.size() == wanted);
            chosen.forEach(this::add);
            if (content != ReportContent.URGENT && roomBytes > 0) {
                addSessions();
            }
            if (sendsHistory && roomBytes > 0) {
                addHistory(history.get());
            }
            if (content == ReportContent.FINAL) {
                close(SenderState.SHUTTING_DOWN, true);
            } else if (!entries.isEmpty()
                    || sections.length > 0
                    || (reports.isEmpty() && content != ReportContent.URGENT)) {
                close(SenderState.RUNNING, true);
            }
        }

        private void addSessions() {
            byte[] section = Sections.joined(activity.next(nowNanos), sessions.next(nowNanos));
            if (bytes + section.length > ReportCodec.REPORT_BYTES_MAX) {
                close(SenderState.RUNNING, false);
            }
            sections = section;
            bytes += section.length;
            roomBytes -= section.length;
        }

        /** The last report has what follows its entries. */
        private void addHistory(HistorySender from) {
            if (bytes + 2 * HistorySender.PART_BYTES_MAX > ReportCodec.REPORT_BYTES_MAX) {
                close(SenderState.RUNNING, false);
            }
            byte[] past = from.next(roomBytes, nowNanos);
            roomBytes -= past.length;
            sections = Sections.joined(sections, past);
        }

        private static long bytesOf(List<OutgoingSubject> subjects) {
            long bytes = 0;
            for (OutgoingSubject subject : subjects) {
                bytes += subject.entryBytesMax();
            }
            return bytes;
        }

        /**
         * Ends a report. One that others of its tick follow has a clock just before it, and no receipts: who receives it need not
         * have received the others.
         */
        private void close(SenderState senderState, boolean isLast) {
            sequence++;
            long uptimeNanos = Math.max(nowNanos - startNanos, 0);
            boolean isAsking = senderState == SenderState.RUNNING
                    && history.map(HistorySender::isAsking).orElse(false);
            Report report = new Report(
                    self.clusterHash(),
                    self.node(),
                    self.incarnation(),
                    sequence,
                    wallMillis,
                    self.intervalNanos(),
                    uptimeNanos,
                    isAsking ? SenderState.ASKING : senderState,
                    limitsFingerprint.getAsLong(),
                    Optional.of(delays.take(isLast ? uptimeNanos : Math.max(uptimeNanos - CLOCK_NANOS, 0))),
                    livePeersSchedule.next(content, nowNanos),
                    entries);
            reports.add(ReportCodec.encode(report, allSections(isLast)));
            sections = NO_SECTIONS;
            entries.clear();
            bytes = headerBytes;
        }

        private byte[] allSections(boolean isLast) {
            byte[] acknowledged =
                    ReceiptCodec.section(new Receipts(receipts.isAsking(nowNanos), isLast ? ofPeers : List.of()));
            return Sections.joined(sections, acknowledged);
        }
    }
}
