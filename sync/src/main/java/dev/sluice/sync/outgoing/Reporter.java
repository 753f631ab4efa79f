package dev.sluice.sync.outgoing;

import dev.sluice.limits.admission.LocalUsage;
import dev.sluice.limits.admission.UsageRegistry;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.sync.config.SyncConfig;
import dev.sluice.sync.wire.LivePeers;
import dev.sluice.sync.wire.NodeIdentity;
import dev.sluice.sync.wire.Report;
import dev.sluice.sync.wire.ReportCodec;
import dev.sluice.sync.wire.SenderState;
import dev.sluice.sync.wire.UsageEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Makes this node's reports from its {@link UsageRegistry}. Pure: time is an argument. Owned by one thread.
 *
 * <p>A tick tells what has changed enough since it was last told and, against loss, repeats what it hasn't told of for about a
 * second; of what has been still for ten seconds, nearly ten ({@link OutgoingSubject#isDue}). Without anything to tell, it is a heartbeat.
 *
 * <p>It keeps to a rate: what a tick has no room for is put off, the least pressing first ({@link EntrySelection}).
 *
 * <p>It tells what was admitted since it was made: counts that the book holds from before are left out, so a new
 * incarnation on a book in use charges nobody twice. A subject that the book stops visiting is forgotten some ticks
 * later; if it comes back it is a new one, whose counts must have begun at 0. It holds as many subjects as the book visits.
 */
public final class Reporter implements ReportSource {
    /** After so many ticks it is looked who was visited lately. */
    static final int TICKS_OF_REVIEW = 2 * UsageRegistry.VISITS_APART_MAX;

    /** In intervals: what was not used may be made up for so far. Ticks come up to a tenth late. */
    private static final double AT_ONCE = 1.5;
    /** Room for some dozens of entries, however low the rate. */
    private static final long BYTES_AT_ONCE_MIN = 1_024;
    /** Of the room that surprises between ticks may take; the rest is for those who wait. */
    private static final double SURPRISES_PART = 0.75;

    private final NodeIdentity self;
    private final UsageRegistry book;
    private final LongSupplier limitsFingerprint;
    private final double bytesPerNano;
    private final long bytesAtOnceMax;
    private final LivePeersSchedule hearsay;
    private final int headerBytes;
    private final long startNanos;
    private final Map<SubjectId, OutgoingSubject> subjects = new HashMap<>();
    private long ticks;
    private long sequence;
    private long lastTickNanos;
    private long roomBytes;
    private long roomNanos;
    private long putOff;

    /**
     * Begins an incarnation.
     *
     * @param nowNanos monotonic, as in {@link #tick}
     */
    public Reporter(NodeIdentity self, UsageRegistry book, long nowNanos) {
        this(self, book, () -> 0, () -> LivePeers.NOBODY, SyncConfig.RATE_MAX, nowNanos);
    }

    /**
     * Begins an incarnation.
     *
     * @param limitsFingerprint of the limits in force, asked for each report; 0: not told
     * @param hearing whom this node hears, asked for each report; not told where it is the same as told before, but about once
     *     a second
     * @param bytesPerSecondMax that reports have, but for their heads
     * @param nowNanos monotonic, as in {@link #tick}
     */
    public Reporter(
            NodeIdentity self,
            UsageRegistry book,
            LongSupplier limitsFingerprint,
            Supplier<LivePeers> hearing,
            long bytesPerSecondMax,
            long nowNanos) {
        this.self = self;
        this.book = book;
        this.limitsFingerprint = limitsFingerprint;
        this.hearsay = new LivePeersSchedule(hearing, nowNanos);
        this.headerBytes = ReportCodec.headerBytesMax(self.node());
        this.bytesPerNano = bytesPerSecondMax / 1e9;
        this.bytesAtOnceMax = Math.max((long) (AT_ONCE * bytesPerNano * self.intervalNanos()), BYTES_AT_ONCE_MIN);
        this.roomBytes = bytesAtOnceMax;
        this.roomNanos = nowNanos;
        this.startNanos = nowNanos;
        this.lastTickNanos = nowNanos;
        book.forEachSubject(usage -> subjects.put(usage.id(), OutgoingSubject.from(usage, nowNanos)));
    }

    /** The reports to send now, in order: at least one, each at most {@link ReportCodec#MAX_REPORT_BYTES}. */
    @Override
    public List<byte[]> tick(ReportContent content, long nowNanos, long wallMillis) {
        ticks++;
        Tick tick = new Tick(content, nowNanos, wallMillis);
        book.measure(tick, nowNanos);
        if (ticks % TICKS_OF_REVIEW == 0) {
            subjects.values().removeIf(told -> !told.isVisitedSince(ticks - UsageRegistry.VISITS_APART_MAX));
        }
        tick.finish();
        lastTickNanos = nowNanos;
        return tick.reports;
    }

    /** Whether {@link #tickSurprised} has something to tell now, before the next tick. Any thread. */
    @Override
    public boolean hasUrgentUpdate() {
        return book.hasUrgentUpdate();
    }

    /** Sets who is called, by any thread, when there is something that can't wait for the next tick. */
    @Override
    public void onUrgentUpdate(Runnable wake) {
        book.onUrgentUpdate(wake);
    }

    /** The reports of what can't wait for the next tick; may be none. */
    @Override
    public List<byte[]> tickSurprised(long nowNanos, long wallMillis) {
        Tick tick = new Tick(ReportContent.URGENT, nowNanos, wallMillis);
        book.measureUrgent(tick, nowNanos);
        tick.finish();
        return tick.reports;
    }

    /** How many subjects are known: those that the book visited last. */
    @Override
    public int subjects() {
        return subjects.size();
    }

    /** How often an entry was put off to a later tick for want of room. */
    @Override
    public long putOff() {
        return putOff;
    }

    /** How many bytes of entries may be sent now. */
    private long roomBytes(ReportContent content, long nowNanos) {
        long more = (long) (bytesPerNano * (nowNanos - roomNanos));
        if (more > 0) {
            roomNanos = nowNanos;
            roomBytes = Math.min(roomBytes + more, bytesAtOnceMax);
        }
        return switch (content) {
            case FINAL -> Long.MAX_VALUE;
            case URGENT -> (long) (SURPRISES_PART * roomBytes);
            case CHANGES, FULL_STATE -> roomBytes;
        };
    }

    /** The sequence of the last report made; 0: none yet. */
    public long sequence() {
        return sequence;
    }

    /** One tick under way. */
    private final class Tick implements UsageRegistry.Visitor {
        private final ReportContent content;
        private final long nowNanos;
        private final long wallMillis;
        private final List<byte[]> reports = new ArrayList<>();
        private final List<OutgoingSubject> candidates = new ArrayList<>();
        private final List<UsageEntry> entries = new ArrayList<>();
        private final ReportDelaysBuilder waits = new ReportDelaysBuilder();
        private int bytes = headerBytes;

        Tick(ReportContent content, long nowNanos, long wallMillis) {
            this.content = content;
            this.nowNanos = nowNanos;
            this.wallMillis = wallMillis;
        }

        @Override
        public void visit(LocalUsage usage) {
            OutgoingSubject told = subjects.get(usage.id());
            if (told == null) {
                told = new OutgoingSubject(usage.id(), usage.scope(), lastTickNanos, nowNanos);
                subjects.put(usage.id(), told);
            }
            double priority = told.update(usage, ticks, nowNanos);
            if (!told.isNothing() && isToBeTold(told, priority > 0)) {
                candidates.add(told);
            }
        }

        private void tell(OutgoingSubject told) {
            if (bytes + ReportCodec.ENTRY_BYTES_MAX > ReportCodec.MAX_REPORT_BYTES) {
                close(SenderState.RUNNING);
            }
            if (told.untoldOperations() > 0) {
                waits.add(nowNanos - told.untoldSinceNanos(), told.untoldOperations());
            }
            UsageEntry entry = told.entryFor(sequence + 1, nowNanos);
            entries.add(entry);
            int entryBytes = ReportCodec.entryBytes(entry, sequence + 1);
            bytes += entryBytes;
            roomBytes -= entryBytes;
        }

        private boolean isToBeTold(OutgoingSubject told, boolean isNews) {
            return switch (content) {
                case FULL_STATE -> true;
                case FINAL -> told.isChanged();
                case URGENT -> isNews && told.isChanged();
                case CHANGES -> (isNews && told.isChanged()) || told.waits() || told.isDue(nowNanos);
            };
        }

        void finish() {
            int wanted = candidates.size();
            List<OutgoingSubject> chosen = EntrySelection.choose(candidates, roomBytes(content, nowNanos), nowNanos);
            putOff += wanted - chosen.size();
            chosen.forEach(this::tell);
            if (content == ReportContent.FINAL) {
                close(SenderState.SHUTTING_DOWN);
            } else if (!entries.isEmpty() || (reports.isEmpty() && content != ReportContent.URGENT)) {
                close(SenderState.RUNNING);
            }
        }

        private void close(SenderState parting) {
            sequence++;
            long uptimeNanos = Math.max(nowNanos - startNanos, 0);
            reports.add(ReportCodec.encode(new Report(
                    self.clusterHash(),
                    self.node(),
                    self.incarnation(),
                    sequence,
                    wallMillis,
                    self.intervalNanos(),
                    uptimeNanos,
                    parting,
                    limitsFingerprint.getAsLong(),
                    Optional.of(waits.take(uptimeNanos)),
                    hearsay.next(content, nowNanos),
                    entries)));
            entries.clear();
            bytes = headerBytes;
        }
    }
}
