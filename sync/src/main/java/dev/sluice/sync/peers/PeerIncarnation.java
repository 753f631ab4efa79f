package dev.sluice.sync.peers;

import dev.sluice.limits.pacing.RemoteNode;
import dev.sluice.sync.receipts.PeerReceipts;
import dev.sluice.sync.trust.CopyCheck;
import dev.sluice.sync.trust.ReportOrigin;
import dev.sluice.sync.wire.LivePeers;
import dev.sluice.sync.wire.Report;
import dev.sluice.sync.wire.ReportDelays;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The state of one incarnation of a peer: when reports came, and what they reported. Owned by the {@link
 * PeerTable}.
 */
final class PeerIncarnation {
    final PeerUsage usage;
    final PeerSource source;
    final PeerReceipts receipts;
    private final RemoteNode remote;
    /** A copy that has sent nothing of its original for so long is another node that uses its incarnation. */
    private static final long UNMATCHED_NANOS_MAX = 2_000_000_000L;

    private static final long LOST_MAX = Long.MAX_VALUE / 4096;

    private final TransitDelay transitDelay = new TransitDelay();
    private final long incarnation;
    private PeerState state = PeerState.LIVE;
    /** Another incarnation has taken its place. */
    private boolean isReplaced;

    private LivePeers livePeers = LivePeers.NONE;
    private boolean markUnobserved;
    private String node;
    private String endpoint;
    private long sinceNanos;
    private long receivedNanos;
    private long beganNanos;
    private long intervalNanos;
    private long sequence;
    private long lagMillis;
    private long reports;
    private long lost;
    private long bytes;
    private long limitsFingerprint;
    private String key;
    /** How long it may be silent at most, whatever it reports: its connection has ended. */
    private long silenceNanosMax = Long.MAX_VALUE;
    /** Of a copy: the one that is received by another link. */
    private @Nullable PeerIncarnation original;

    private CopyCheck.@Nullable Copy copy;
    /** Of an original: compares it with its copies; null: it never had one. */
    private @Nullable CopyCheck copyCheck;

    PeerIncarnation(
            Report first,
            ReportOrigin origin,
            PeerSource source,
            RemoteNode remote,
            PeerUsage usage,
            PeerReceipts receipts,
            long receivedNanos) {
        this.incarnation = first.incarnation();
        this.node = first.node();
        this.endpoint = origin.address();
        this.key = origin.key();
        this.source = source;
        this.receivedNanos = receivedNanos;
        this.remote = remote;
        this.usage = usage;
        this.receipts = receipts;
        this.sinceNanos = receivedNanos;
        // Reports before the first contact don't count as lost.
        this.sequence = first.sequence() - 1;
    }

    boolean isLive() {
        return state == PeerState.LIVE;
    }

    /** Whether reports of it come, though another link may bring the same ones. */
    boolean isReceived() {
        return state == PeerState.LIVE || state == PeerState.COPY;
    }

    boolean isCopy() {
        return state == PeerState.COPY;
    }

    boolean isOverdue(long receivingNanos) {
        return isReceived() && receivingNanos - receivedNanos > silenceNanos();
    }

    long incarnation() {
        return incarnation;
    }

    /** The public key that it has; empty: it is received without keys. */
    String key() {
        return key;
    }

    long silentNanos(long receivingNanos) {
        return receivingNanos - receivedNanos;
    }

    long silenceNanos() {
        return Math.min(Report.silenceNanosMax(intervalNanos), silenceNanosMax);
    }

    /** Its connection has ended, and may be made again within that time. */
    void disconnected(long nanosMax) {
        silenceNanosMax = nanosMax;
    }

    long sequence() {
        return sequence;
    }

    /** When the incarnation began, by this node's clock; later by the time that its last report was in transit. */
    long beganNanos() {
        return beganNanos;
    }

    String endpoint() {
        return endpoint;
    }

    String node() {
        return node;
    }

    /** Counts a report that is newer than the last; returns how many were lost in between. */
    long countReport(Report report, ReportOrigin by, int size, long receivingNanos, long nowNanos, long wallMillis) {
        silenceNanosMax = Long.MAX_VALUE;
        long gap = report.sequence() - sequence - 1;
        // A peer may report any sequence.
        lost = Math.min(lost, LOST_MAX) + Math.min(gap, LOST_MAX);
        sequence = report.sequence();
        receivedNanos = receivingNanos;
        remote.received(nowNanos);
        beganNanos = nowNanos - report.uptimeNanos();
        intervalNanos = report.intervalNanos();
        lagMillis = wallMillis - report.wallMillis();
        node = report.node();
        limitsFingerprint = report.limitsFingerprint();
        endpoint = by.address();
        key = by.key();
        reports++;
        bytes += size;
        return Math.min(gap, LOST_MAX);
    }

    // ---- copies ----

    /** Another link brings the same incarnation: it counts there, until reports differ. */
    void becomeCopyOf(PeerIncarnation other, long nowNanos) {
        state = PeerState.COPY;
        original = other;
        copy = new CopyCheck.Copy(nowNanos);
        if (other.copyCheck == null) {
            other.copyCheck = new CopyCheck();
        }
    }

    boolean isCopyOf(PeerIncarnation other) {
        return isCopy() && original == other;
    }

    /** Compares a report with those of the other link; returns whether it is none of a copy, or no longer. */
    boolean isOriginal(long ofSequence, byte[] message, long nowNanos) {
        if (copyCheck != null) {
            copyCheck.original(ofSequence, message, nowNanos);
        }
        if (!isCopy()) {
            return true;
        }
        CopyCheck.Copy self = Objects.requireNonNull(copy);
        Objects.requireNonNull(Objects.requireNonNull(original).copyCheck).copy(self, ofSequence, message, nowNanos);
        return nowNanos - self.matchedNanos() > UNMATCHED_NANOS_MAX;
    }

    /** The other link has ended. What was admitted until the next report counted there, or never. */
    void takeOver(long receivingNanos) {
        state = PeerState.LIVE;
        isReplaced = false;
        original = null;
        copy = null;
        sinceNanos = receivingNanos;
        usage.setBaseline(sequence);
    }

    // ---- reports ----

    /** The live peers of this peer, as of its last report; none while it isn't live. */
    LivePeers livePeers() {
        return livePeers;
    }

    /** Takes the live peers of a report; returns whether they have changed. */
    boolean updateLivePeers(LivePeers now) {
        boolean changed = !now.equals(livePeers);
        livePeers = now;
        return changed;
    }

    /** Counts how long the operations of the report waited until they were charged just now. */
    void countChargeDelays(Report report, long operations, ChargeDelayCounters chargeDelays, long nowNanos) {
        if (report.delays().isEmpty()) {
            chargeDelays.addUnknown(operations);
            return;
        }
        ReportDelays delays = report.delays().get();
        chargeDelays.add(delays, operations, transitDelay.excessNanos(nowNanos, delays.clockNanos()));
    }

    /** Makes the peer live again after a silence. What it admitted meanwhile is not charged. */
    void resume(Report report, long receivingNanos) {
        state = PeerState.LIVE;
        isReplaced = false;
        original = null;
        copy = null;
        sinceNanos = receivingNanos;
        usage.setBaseline(report.sequence());
    }

    /** Reports were lost while this node was paused. */
    void markUnobserved() {
        markUnobserved = true;
    }

    boolean isUnobserved() {
        return markUnobserved;
    }

    /**
     * Takes the first report after a pause of this node as the new baseline. What the peer admitted meanwhile is
     * not charged.
     */
    void rebaseline(Report report, long nowNanos) {
        markUnobserved = false;
        usage.forget(nowNanos);
        usage.setBaseline(report.sequence());
    }

    void end(PeerState how, long nowNanos) {
        state = how;
        original = null;
        copy = null;
        copyCheck = null;
        livePeers = LivePeers.NONE;
        remote.lost();
        usage.forget(nowNanos);
    }

    /** It is about to leave the table. Returns itself. */
    PeerIncarnation forget() {
        remote.forget();
        return this;
    }

    /** Forgets a peer that has been silent for longer; returns whether it was. */
    boolean forgetIfSilentFor(long nanos, long receivingNanos) {
        boolean isForgotten = !isLive() && silentNanos(receivingNanos) > nanos;
        if (isForgotten) {
            forget();
        }
        return isForgotten;
    }

    boolean isSilent() {
        return state == PeerState.SILENT;
    }

    boolean hasLeft() {
        return state == PeerState.LEFT;
    }

    PeerStatus status(boolean hasSuccessor, long receivingNanos) {
        return new PeerStatus(
                node,
                HexFormat.of().toHexDigits(incarnation),
                endpoint,
                receivingNanos - sinceNanos,
                receivingNanos - receivedNanos,
                lagMillis,
                sequence,
                reports,
                lost,
                bytes,
                usage.subjects(),
                intervalNanos,
                limitsFingerprint,
                livePeers.service(),
                shownState(hasSuccessor));
    }

    /** One whose place was taken stays replaced: it is not silent again when its successor leaves. */
    private PeerState shownState(boolean hasSuccessor) {
        isReplaced |= !isReceived() && hasSuccessor;
        return isReplaced ? PeerState.REPLACED : state;
    }
}
