package dev.sluice.limits.sharing;

import dev.sluice.limits.model.Limit;
import dev.sluice.limits.pacing.Allowance;
import dev.sluice.limits.pacing.ReleaseMode;
import dev.sluice.limits.pacing.RoomFeedback;
import dev.sluice.limits.pacing.Share;

/**
 * Divides the rate of a limit: a share flows in for this node, and one feedback corrects by how much all nodes together are
 * off. Its two kinds spend the share on requests or on transfers.
 */
abstract sealed class PacedSharing extends DemandSharing permits PacedOperations, PacedTransfers {
    private static final double WAIT_SECONDS_MAX = 1e9;

    final RoomFeedback feedback;
    private boolean hasSilentPeer;
    private volatile long waitUntilNanos;

    PacedSharing(Ledger ledger, ClusterView cluster, boolean ofTransfers, Share first, long nowNanos) {
        super(ledger, cluster, first, nowNanos);
        this.waitUntilNanos = nowNanos;
        this.feedback =
                new RoomFeedback(tuning, ofTransfers, cluster.membership().isStarting(), ledger.charged());
    }

    /** How the share is handed out. Under the lock. */
    abstract ReleaseMode releaseMode();

    @Override
    final double flowIn(double seconds, long pending, long nowNanos) {
        ReleaseMode mode = releaseMode();
        feedback.flowIn(
                tuning,
                room(nowNanos),
                seconds,
                mode.aim() * limitPerSecond,
                ledger.charged() + pending,
                pending > 0,
                mode == ReleaseMode.PROBABILISTIC,
                1 - share.chanceOfAll());
        return seconds * ratePerSecond();
    }

    @Override
    void beginMeasurement(long nowNanos) {
        hasSilentPeer = others.anySilentSince(nowNanos - tuning.silentNanos());
    }

    final double ratePerSecond() {
        return Allowance.steeredPerSecond(tuning, share, releaseMode(), intervalsLeft());
    }

    final double intervalsLeft() {
        boolean isUnsure = hasSilentPeer || cluster.membership().isStarting();
        return feedback.intervalsLeft(tuning, isUnsure ? 1 : tuning.gain());
    }

    final double room(long nowNanos) {
        double room = ledger.meter().room(nowNanos);
        return RemainingRoom.of(room, ledger, cluster, tuning, limitPerSecond, others.sum(), nowNanos);
    }

    /** Until this node's share lets one more request through, at least 1. If it is being worked on: as of the last time. */
    final long shareWaitNanos(long nowNanos) {
        if (tryLock()) {
            try {
                double seconds = feedback.recoverySeconds(limitPerSecond) + shareWaitSeconds();
                waitUntilNanos = nowNanos + (long) (Math.min(seconds, WAIT_SECONDS_MAX) * Limit.SECOND_NANOS);
            } finally {
                unlock();
            }
        }
        return Math.max(1, waitUntilNanos - nowNanos);
    }

    /** Until this node's share lets one more request through, once all have worked off their excess. Under the lock. */
    abstract double shareWaitSeconds();

    /** Until {@code missing} tokens have flowed in for this node. */
    final double flowSeconds(double missing) {
        double known = knownSeconds() + missing / Math.max(share.levelPerSecond(), EPSILON);
        return Math.min(missing / Math.max(ratePerSecond(), EPSILON), known);
    }

    /** Until the others know the demand here. The share is small before; then it is the max-min level, or all that is wanted. */
    final double knownSeconds() {
        return KNOWN_DELAYS * tuning.syncDelaySeconds();
    }

    @Override
    double admittedMax(double seconds, long nowNanos) {
        ReleaseMode mode = releaseMode();
        double room = ledger.meter().room(nowNanos);
        double atOnce = Allowance.tokens(tuning, share, mode, room, tuning.gain(), countedDemand);
        return atOnce + Allowance.ratePerSecond(tuning, share, mode) * seconds;
    }
}
