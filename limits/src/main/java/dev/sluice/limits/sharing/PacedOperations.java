package dev.sluice.limits.sharing;

import dev.sluice.limits.meter.Meter;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.pacing.Allowance;
import dev.sluice.limits.pacing.EvenSampler;
import dev.sluice.limits.pacing.ReleaseMode;
import dev.sluice.limits.pacing.Share;

/**
 * A paced limit on operations: a request takes a token of this node's share, and room of the meter.
 *
 * <p>The tokens are a ceiling for what this node may have kept: one compare-and-set of the count takes a token, and only
 * maintenance steps write the ceiling. A share too small for whole tokens is handed out in another {@link ReleaseMode}.
 */
final class PacedOperations extends PacedSharing {
    /** Nodes whose tokens came one by one so lately are not in step with each other. */
    private static final long IN_STEP_NANOS = Limit.SECOND_NANOS;

    /** Demands change within seconds, and with them what is admitted of them. */
    private static final double CHANCE_SECONDS_MAX = 8;
    /** The part of a limit that is left when it counts as nearly used up. */
    private static final double NEARLY_USED_UP = 0.15;

    private final EvenSampler sampler;

    // What decisions read.
    private volatile double ceiling = Double.MAX_VALUE;
    private volatile double tolerance;
    private volatile double probability = 1;
    /** An operation is reported at once if less room than that is left. */
    private volatile double reportsBelow;

    private ReleaseMode releaseMode = ReleaseMode.STEADY;
    private long oneByOneNanos;

    PacedOperations(Ledger ledger, ClusterView cluster, long nowNanos) {
        super(ledger, cluster, false, new Share(1, 1, 1, 1, 1), nowNanos);
        this.sampler = new EvenSampler(cluster.random());
        this.oneByOneNanos = nowNanos - IN_STEP_NANOS - 1;
        start(nowNanos);
    }

    // ---- decisions ----

    @Override
    boolean hasRoom(long cost, long nowNanos) {
        Meter meter = ledger.meter();
        if (isSingleNode) {
            return meter.hasRoom(cost, 0, nowNanos);
        }
        maintainIfDue(nowNanos);
        return hasTokens(needed(meter, cost, nowNanos)) && fits(cost) && meter.hasRoom(cost, tolerance, nowNanos);
    }

    private boolean hasTokens(double needed) {
        return ceiling - ledger.kept() >= needed - EPSILON;
    }

    /**
     * How many tokens of the share a call of that cost needs. While the limit is nearly used up, as many as it takes, or as many
     * as may be saved up: else the lumps of all nodes would come in the same second. If it isn't, one: the call waits for
     * nothing that the cluster has.
     */
    private double needed(Meter meter, long cost, long nowNanos) {
        if (cost <= 1 || tokenRoom == null || meter.room(nowNanos) >= Math.min(2.0 * cost, nearlyUsedUp())) {
            return 1;
        }
        return Math.max(1, Math.min((double) cost, tokenRoom.saved()));
    }

    @Override
    boolean tryTake(Meter meter, long cost, long nowNanos) {
        if (isSingleNode) {
            return ledger.tryCharge(meter, cost, nowNanos);
        }
        maintainIfDue(nowNanos);
        double admitted = probability;
        if (admitted < 1 && !sampler.admits(admitted, cluster.random())) {
            return false;
        }
        if (!fits(cost) || !ledger.takeBelow(ceiling + EPSILON - needed(meter, cost, nowNanos) + 1, cost)) {
            return false;
        }
        if (meter.tryCharge(cost, tolerance, nowNanos)) {
            reportTokens(meter, cost, nowNanos);
            if (reportsBelow > 0 && meter.room(nowNanos) < reportsBelow) {
                ledger.owner().requestUrgentUpdate();
            }
            return true;
        }
        ledger.giveBack(cost);
        return false;
    }

    @Override
    long waitNanos(long cost, long nowNanos) {
        Meter meter = ledger.meter();
        double above = isSingleNode ? 0 : tolerance;
        long meterNanos = meter.hasRoom(cost, above, nowNanos) ? 0 : meter.waitNanos(cost, nowNanos);
        if (tokenRoom != null && !isSingleNode) {
            meterNanos = tokenWaitNanos(tokenRoom, cost, nowNanos);
        }
        double needed = isSingleNode ? 1 : needed(meter, cost, nowNanos);
        boolean hasShare = isSingleNode || (hasTokens(needed) && probability >= 1);
        if (hasShare) {
            return meterNanos;
        }
        // The share's wait is that for one token.
        double moreSeconds = (needed - 1) / Math.max(share.levelPerSecond(), EPSILON);
        return Math.max(meterNanos, shareWaitNanos(nowNanos) + (long) (moreSeconds * Limit.SECOND_NANOS));
    }

    // ---- maintenance ----

    @Override
    ReleaseMode releaseMode() {
        return releaseMode;
    }

    @Override
    void applyShare(long nowNanos) {
        double unreportedPerSecond = askedSinceMeasured() / tuning.syncDelaySeconds();
        releaseMode = ReleaseMode.of(tuning, share, Math.max(demand.reported(), unreportedPerSecond));
        if (releaseMode == ReleaseMode.ONE_BY_ONE) {
            if (nowNanos - oneByOneNanos > IN_STEP_NANOS) {
                // All nodes may have the same past, and would go on in step.
                ceiling = Math.min(ceiling, (double) ledger.kept() + cluster.random());
            }
            oneByOneNanos = nowNanos;
        }
    }

    @Override
    void publish(double flowed, long nowNanos) {
        double intervalsLeft = intervalsLeft();
        double room = room(nowNanos);
        double burst = Allowance.tokens(tuning, share, releaseMode, room, intervalsLeft, countedDemand);
        // What is taken meanwhile is missing from the new tokens as it is from the old ones.
        long kept = ledger.kept();
        double above = Allowance.tolerance(tuning, share, releaseMode, feedback.settled(tuning));
        double alone = publishTokens(kept, room + above, nowNanos);
        if (alone >= 0) {
            ceiling = kept + alone;
            publishOdds(1, 0, 0);
            return;
        }
        if (tokenRoom != null) {
            tokenRoom.saved(burst);
        }
        double after = isSingleNode ? burst : Math.min(burst, ceiling - kept + flowed);
        ceiling = kept + after;
        boolean isProbabilistic = releaseMode == ReleaseMode.PROBABILISTIC;
        publishOdds(
                isProbabilistic ? Math.min(1, intervalsLeft * share.chance()) : 1,
                above,
                tuning.reportsEach() && !isSingleNode ? nearlyUsedUp() : 0);
    }

    @Override
    double shareWaitSeconds() {
        if (releaseMode != ReleaseMode.PROBABILISTIC) {
            return flowSeconds(Math.max(0, 1 - (ceiling - ledger.kept())));
        }
        // Less than the level is admitted as soon as there is room for it.
        return share.chance() < 1 ? Math.min(1 / share.perSecond(), CHANCE_SECONDS_MAX) : tuning.syncDelaySeconds();
    }

    /** Mostly nothing has changed, and a volatile write costs more than looking. */
    private void publishOdds(double newProbability, double newTolerance, double newReportsBelow) {
        if (probability != newProbability) {
            probability = newProbability;
        }
        if (tolerance != newTolerance) {
            tolerance = newTolerance;
        }
        if (reportsBelow != newReportsBelow) {
            reportsBelow = newReportsBelow;
        }
    }

    @Override
    boolean isNearLimit(long nowNanos) {
        return (tuning.reportsEach() || feedback.settled(tuning) < 1 || hasBegunLately(nowNanos))
                && tuning.urgentNanos() < cluster.pacing.intervalNanos()
                && ledger.meter().room(nowNanos) < nearlyUsedUp();
    }

    /** How much is left when the limit counts as nearly used up. Each node has an operation, however small its share. */
    private double nearlyUsedUp() {
        double part = NEARLY_USED_UP * ledger.capacity() * ledger.fraction();
        return tuning.reportsEach() ? Math.max(part, cluster.membership().live()) : part;
    }

    @Override
    double ceiling() {
        return ceiling;
    }

    @Override
    double hiddenDemand() {
        return 0;
    }

    @Override
    boolean hasWaited() {
        return false;
    }

    /**
     * {@inheritDoc} Were it as much of each node, the limit would still hold. Where more is asked for than there is, all
     * nodes are held to their shares.
     */
    @Override
    double bearable(long nowNanos) {
        if (share.chanceOfAll() < 1) {
            return Double.MAX_VALUE;
        }
        return (ledger.meter().room(nowNanos) + tuning.tolerance())
                / cluster.membership().live();
    }

    @Override
    boolean canUseFastPath() {
        return probability >= 1;
    }

    @Override
    double excess(int liveNodes, double silentSeconds, long nowNanos) {
        double room = ledger.meter().room(nowNanos);
        boolean anyUnsteered = anyUnsteered(liveNodes);
        return Allowance.excessBound(tuning, share, liveNodes, room, releaseMode, anyUnsteered, silentSeconds);
    }

    /** Whether any node sees that it demands clearly less than the level. */
    private boolean anyUnsteered(int liveNodes) {
        if (share.chanceOfAll() >= 1) {
            return false;
        }
        double clearly = ReleaseMode.clearlyLess(tuning, share);
        return clearly > 0 && (releaseMode == ReleaseMode.UNSTEERED || 1 + others.countFrom(clearly) < liveNodes);
    }
}
