package dev.sluice.sync.peers;

import dev.sluice.limits.pacing.RemoteNode;
import dev.sluice.sync.wire.LivePeers;
import dev.sluice.sync.wire.Report;
import dev.sluice.sync.wire.ReportDelays;
import java.util.HexFormat;

/**
 * The state of one incarnation of a peer: when reports came, and what they reported. Owned by the {@link
 * PeerTable}.
 */
final class PeerIncarnation {
    final PeerUsage usage;
    private final RemoteNode remote;
    private final TransitDelay transitDelay = new TransitDelay();
    private final long incarnation;
    private PeerState state = PeerState.LIVE;
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

    PeerIncarnation(Report first, String endpoint, RemoteNode remote, PeerUsage usage, long receivedNanos) {
        this.incarnation = first.incarnation();
        this.node = first.node();
        this.endpoint = endpoint;
        this.remote = remote;
        this.usage = usage;
        this.sinceNanos = receivedNanos;
        // Reports before the first contact don't count as lost.
        this.sequence = first.sequence() - 1;
    }

    boolean isLive() {
        return state == PeerState.LIVE;
    }

    boolean isOverdue(long receivingNanos) {
        return isLive() && receivingNanos - receivedNanos > silenceNanos();
    }

    long silentNanos(long receivingNanos) {
        return receivingNanos - receivedNanos;
    }

    long silenceNanos() {
        return Report.silenceNanosMax(intervalNanos);
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
    long countReport(Report report, String by, int size, long receivingNanos, long nowNanos, long wallMillis) {
        long gap = report.sequence() - sequence - 1;
        lost += gap;
        sequence = report.sequence();
        receivedNanos = receivingNanos;
        remote.received(nowNanos);
        beganNanos = nowNanos - report.uptimeNanos();
        intervalNanos = report.intervalNanos();
        lagMillis = wallMillis - report.wallMillis();
        node = report.node();
        limitsFingerprint = report.limitsFingerprint();
        endpoint = by;
        reports++;
        bytes += size;
        return gap;
    }

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
                !isLive() && hasSuccessor ? PeerState.REPLACED : state);
    }
}
