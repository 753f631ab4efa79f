package dev.sluice.limits.sharing;

import dev.sluice.limits.meter.Meter;
import dev.sluice.limits.pacing.Allowance;
import dev.sluice.limits.pacing.PacingParameters;
import dev.sluice.limits.pacing.ReleaseMode;
import dev.sluice.limits.pacing.Share;

/**
 * A paced limit on bytes: this node's share flows into a {@link TransferQueue}, in which transfers wait. Requests are
 * admitted while the queue is open; their bytes are charged as they flow.
 */
final class PacedTransfers extends PacedSharing {
    /** Demands are rounded down before they are reported. */
    private static final double NEARLY = 0.99;

    private final TransferQueue queue = new TransferQueue();

    PacedTransfers(Ledger ledger, ClusterView cluster, long nowNanos) {
        super(ledger, cluster, true, undivided(cluster.tuning(ledger.rateLimit())), nowNanos);
        start(nowNanos);
    }

    private static Share undivided(PacingParameters tuning) {
        return new Share(tuning.perSecond(), tuning.perSecond(), tuning.perSecond(), 1, 1);
    }

    // ---- decisions ----

    @Override
    boolean hasRoom(long cost, long nowNanos) {
        maintainIfDue(nowNanos);
        return queue.isOpen();
    }

    @Override
    boolean tryTake(Meter meter, long cost, long nowNanos) {
        return hasRoom(cost, nowNanos);
    }

    @Override
    long waitNanos(long cost, long nowNanos) {
        if (ledger.limit().amount() == 0) {
            return Meter.NEVER;
        }
        return queue.isOpen() ? 0 : shareWaitNanos(nowNanos);
    }

    @Override
    long refusedUnits() {
        return queue.meanBytes();
    }

    @Override
    TransferQueue queue() {
        return queue;
    }

    // ---- maintenance ----

    @Override
    ReleaseMode releaseMode() {
        return ReleaseMode.STEADY;
    }

    @Override
    void applyShare(long nowNanos) {
        double even = ledger.isPaced() ? limitPerSecond / cluster.membership().live() : limitPerSecond;
        queue.updateShare(tuning.quantum(), share.perSecond(), even);
    }

    @Override
    void publish(double flowed, long nowNanos) {
        queue.flowIn(flowed, Allowance.bytes(tuning, share, feedback.level()), ratePerSecond());
    }

    /** {@inheritDoc} Until what small bodies have taken in advance is paid. */
    @Override
    double shareWaitSeconds() {
        double flowing = queue.openSeconds(Math.max(ratePerSecond(), share.perSecond()));
        return Math.min(flowing, knownSeconds() + queue.openSeconds(share.levelPerSecond()));
    }

    @Override
    boolean isUrgent(double seconds, long nowNanos) {
        boolean isReported = demand.reported() >= NEARLY * share.limitPerSecond();
        return (queue.hasWaited() && !isReported) || super.isUrgent(seconds, nowNanos);
    }

    /** Transfers that wait take whatever they get: what they would take is unknown, and no less than the limit. */
    @Override
    double hiddenDemand() {
        if (!queue.hasWaited()) {
            return 0;
        }
        queue.startMeasuring();
        return share.limitPerSecond();
    }

    @Override
    boolean hasWaited() {
        return queue.hasWaited();
    }

    /** {@inheritDoc} Transfers wait. */
    @Override
    double bearable(long nowNanos) {
        return Double.MAX_VALUE;
    }

    @Override
    boolean canUseFastPath() {
        return false;
    }

    @Override
    double excess(int liveNodes, double silentSeconds, long nowNanos) {
        return Allowance.excessBound(tuning, share, liveNodes, 0, ReleaseMode.STEADY, false, silentSeconds);
    }
}
