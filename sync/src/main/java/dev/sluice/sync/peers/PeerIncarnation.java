package dev.sluice.sync.peers;

import dev.sluice.limits.pacing.RemoteNode;
import dev.sluice.sync.wire.LivePeers;
import dev.sluice.sync.wire.Report;
import dev.sluice.sync.wire.ReportDelays;
import java.util.HexFormat;

/** One incarnation of a peer: when it was heard, and its ledger. Owned by the {@link PeerTable}. */
public final class PeerIncarnation {
    static final long SILENCE_NANOS_MIN = 300_000_000L;

    final PeerUsage ledger;
    private final RemoteNode remote;
    private final TransitDelay way = new TransitDelay();
    private final long incarnation;
    private PeerState state = PeerState.LIVE;
    private LivePeers hearing = LivePeers.NOBODY;
    private boolean missed;
    private String node;
    private String endpoint;
    private long sinceNanos;
    private long heardNanos;
    private long intervalNanos;
    private long sequence;
    private long lagMillis;
    private long reports;
    private long lost;
    private long bytes;
    private long limitsFingerprint;

    PeerIncarnation(Report first, String endpoint, RemoteNode remote, PeerUsage ledger, long heardNanos) {
        this.incarnation = first.incarnation();
        this.node = first.node();
        this.endpoint = endpoint;
        this.remote = remote;
        this.ledger = ledger;
        this.sinceNanos = heardNanos;
        // Nothing before the first contact can have been lost.
        this.sequence = first.sequence() - 1;
    }

    /** How long a sender of that interval may go unheard. */
    public static long silenceNanos(long intervalNanos) {
        return Math.max(5 * intervalNanos, SILENCE_NANOS_MIN);
    }

    boolean isLive() {
        return state == PeerState.LIVE;
    }

    boolean isOverdue(long listenedNanos) {
        return isLive() && listenedNanos - heardNanos > silenceNanos(intervalNanos);
    }

    long unheardNanos(long listenedNanos) {
        return listenedNanos - heardNanos;
    }

    public long silenceNanos() {
        return silenceNanos(intervalNanos);
    }

    long sequence() {
        return sequence;
    }

    String endpoint() {
        return endpoint;
    }

    String node() {
        return node;
    }

    /** Notes a report that is newer than the last; returns how many were lost in between. */
    long heard(Report report, String by, int size, long listenedNanos, long nowNanos, long wallMillis) {
        long gap = report.sequence() - sequence - 1;
        lost += gap;
        sequence = report.sequence();
        heardNanos = listenedNanos;
        remote.heard(nowNanos);
        intervalNanos = report.intervalNanos();
        lagMillis = wallMillis - report.wallMillis();
        node = report.node();
        limitsFingerprint = report.limitsFingerprint();
        endpoint = by;
        reports++;
        bytes += size;
        return gap;
    }

    /** Whom it hears, as it told last; nobody while it isn't live. */
    LivePeers hearing() {
        return hearing;
    }

    /** Takes what a report tells of that; true: it was something else before. */
    boolean takesHearing(LivePeers now) {
        boolean changed = !now.equals(hearing);
        hearing = now;
        return changed;
    }

    /** Counts how long ago the operations were admitted that have just been charged for the report. */
    void countEffect(Report report, long operations, ChargeDelayCounters effect, long nowNanos) {
        if (report.waits().isEmpty()) {
            effect.addUnknown(operations);
            return;
        }
        ReportDelays waits = report.waits().get();
        effect.add(waits, operations, way.excessNanos(nowNanos, waits.clockNanos()));
    }

    /** It is heard again after a silence: its past is past. */
    void resume(Report report, long listenedNanos) {
        state = PeerState.LIVE;
        sinceNanos = listenedNanos;
        ledger.rebase(report.sequence());
    }

    /** ReportSource of it were lost while this node stood still. */
    void missed() {
        missed = true;
    }

    boolean isMissed() {
        return missed;
    }

    /** The first report after that: what came to pass meanwhile is past. */
    void overlook(Report report, long nowNanos) {
        missed = false;
        ledger.forget(nowNanos);
        ledger.rebase(report.sequence());
    }

    void end(PeerState how, long nowNanos) {
        state = how;
        hearing = LivePeers.NOBODY;
        remote.gone();
        ledger.forget(nowNanos);
    }

    boolean isSilent() {
        return state == PeerState.SILENT;
    }

    boolean hasLeft() {
        return state == PeerState.LEFT;
    }

    PeerStatus status(boolean isNameLive, long listenedNanos) {
        return new PeerStatus(
                node,
                HexFormat.of().toHexDigits(incarnation),
                endpoint,
                listenedNanos - sinceNanos,
                listenedNanos - heardNanos,
                lagMillis,
                sequence,
                reports,
                lost,
                bytes,
                ledger.subjects(),
                intervalNanos,
                limitsFingerprint,
                !isLive() && isNameLive ? PeerState.REPLACED : state);
    }
}
