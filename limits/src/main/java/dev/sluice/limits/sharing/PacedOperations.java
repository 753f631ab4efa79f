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

    /** A report has been received by then. */
    private static final long RECEIVED_NANOS = 20_000_000L;
    /** A request that was refused has returned by then. */
    private static final long WISH_NANOS = 10 * Limit.SECOND_NANOS;
    /** So little that it takes no room from other nodes, but that all know of it. */
    private static final double WISH_PER_SECOND = 0.1;
    /** In a sync delay, of all nodes. */
    private static final double FEW_EXPECTED = 0.3;
    /** After an urgent update such a time is measured at each report. */
    private static final long ACTIVE_NANOS = Limit.SECOND_NANOS;
    /** The part of a limit that must be left for a report to be urgent because this node needs more of it. */
    private static final double ROOM_PLENTY = 0.25;
    /** Room that is on other nodes comes to where it is demanded in such a time. */
    private static final long RETRY_NANOS = 300_000_000L;

    private final EvenSampler sampler;

    // What decisions read.
    private volatile double ceiling = Double.MAX_VALUE;
    private volatile double tolerance;
    private volatile double probability = 1;

    /** What this node had kept when it last measured, and what the others are known to have received. */
    private long keptMeasured;

    private long keptReceived;
    /** Until then this node demands room for a request that was refused, and will probably return. */
    private long wishUntilNanos;

    private boolean hasWish;
    private boolean isActive;
    private long urgentNanos;
    private float askedBefore;
    private float drawn = 1;

    private ReleaseMode releaseMode = ReleaseMode.STEADY;
    private long oneByOneNanos;

    PacedOperations(Ledger ledger, ClusterView cluster, long nowNanos) {
        super(ledger, cluster, false, new Share(1, 1, 1, 1, 1), nowNanos);
        this.sampler = new EvenSampler(cluster.random());
        this.oneByOneNanos = nowNanos - IN_STEP_NANOS - 1;
        this.keptMeasured = ledger.kept();
        this.keptReceived = keptMeasured;
        this.wishUntilNanos = nowNanos;
        this.urgentNanos = nowNanos - WISH_NANOS;
        this.drawn = tuning.dividesRoom() ? (float) cluster.random() : 1;
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
        return hasToken() && meter.hasRoom(cost, tolerance, nowNanos);
    }

    private boolean hasToken() {
        return ceiling - ledger.kept() >= 1 - EPSILON;
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
        if (!ledger.takeBelow(ceiling + EPSILON, cost)) {
            return false;
        }
        if (meter.tryCharge(cost, tolerance, nowNanos)) {
            return true;
        }
        ledger.giveBack(cost);
        return false;
    }

    @Override
    long waitNanos(long nowNanos) {
        Meter meter = ledger.meter();
        double above = isSingleNode ? 0 : tolerance;
        long meterNanos = meter.hasRoom(1, above, nowNanos) ? 0 : meter.waitNanos(nowNanos);
        boolean hasShare = isSingleNode || (hasToken() && probability >= 1);
        return hasShare ? meterNanos : Math.max(meterNanos, shareWaitNanos(nowNanos));
    }

    // ---- maintenance ----

    @Override
    ReleaseMode releaseMode() {
        return releaseMode;
    }

    @Override
    void applyShare(double limitPerSecond, long nowNanos) {
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
        if (releaseMode == ReleaseMode.FROM_ROOM) {
            publishRoom(nowNanos);
            return;
        }
        double rate = ratePerSecond();
        double intervalsLeft = intervalsLeft();
        double burst = Allowance.tokens(tuning, share, releaseMode, room(nowNanos), intervalsLeft, countedDemand);
        // What is taken meanwhile is missing from the new tokens as it is from the old ones.
        long kept = ledger.kept();
        double after = isSingleNode ? burst : Math.min(burst, ceiling - kept + flowed);
        ceiling = kept + after;
        boolean isProbabilistic = releaseMode == ReleaseMode.PROBABILISTIC;
        publishOdds(
                isProbabilistic ? Math.min(1, intervalsLeft * share.chance()) : 1,
                Allowance.tolerance(tuning, share, releaseMode));
        if (after < 1 || probability < 1) {
            double missing = isProbabilistic ? 1 : Math.max(0, 1 - after);
            double steady = isProbabilistic ? share.perSecond() : Math.max(rate, share.perSecond());
            setWait(missing / Math.max(steady, EPSILON), nowNanos);
        }
    }

    private void publishRoom(long nowNanos) {
        if (nowNanos - measuredNanos >= RECEIVED_NANOS) {
            keptReceived = keptMeasured;
        }
        double room = room(nowNanos);
        long kept = ledger.kept();
        double unreported = kept - keptReceived;
        double tokens = Allowance.ofRoom(share, room + unreported, unreported, askedBefore, drawn);
        double expected = (demand.known() + others.sum()) * tuning.syncDelaySeconds();
        if (expected > 0 && expected < FEW_EXPECTED && room >= 1) {
            // So few requests come to all nodes that two of them hardly ever meet within a sync delay.
            tokens = Math.max(tokens, 1 - unreported);
        }
        ceiling = kept + tokens;
        publishOdds(1, 0);
        if (tokens < 1) {
            setWaitUntil(nowNanos + RETRY_NANOS);
        }
    }

    @Override
    double unreported() {
        return Math.max(0, ledger.kept() - keptReceived);
    }

    @Override
    void beginMeasurement(long nowNanos) {
        if (!tuning.dividesRoom()) {
            return;
        }
        long kept = ledger.kept();
        long refused = askedSinceMeasured() - (kept - keptMeasured);
        if (refused > 0) {
            wishUntilNanos = nowNanos + WISH_NANOS;
        } else if (kept > keptMeasured) {
            wishUntilNanos = nowNanos;
        }
        hasWish = nowNanos < wishUntilNanos;
        isActive = hasWish || nowNanos - urgentNanos < ACTIVE_NANOS;
        askedBefore = (float) askedSinceMeasured();
        keptReceived = keptMeasured;
        keptMeasured = kept;
        drawn = (float) cluster.random();
    }

    /** {@inheritDoc} Where the room is divided, so is that this node will soon have used its part: others may have more. */
    @Override
    boolean isUrgent(double seconds, long nowNanos) {
        boolean isUrgent = super.isUrgent(seconds, nowNanos) || (tuning.dividesRoom() && needsRoom(nowNanos));
        if (isUrgent) {
            urgentNanos = nowNanos;
        }
        return isUrgent;
    }

    private boolean needsRoom(long nowNanos) {
        double room = ledger.meter().room(nowNanos);
        if (room < 1) {
            return false;
        }
        long kept = ledger.kept();
        boolean isFirstRefusal = !hasWish && askedSinceMeasured() > kept - keptMeasured;
        double part = Allowance.ofRoom(share, room + unreported(), 0, 1, 1);
        boolean isHalfUsed = room >= ROOM_PLENTY * tuning.capacity() && kept - keptMeasured > part / 2;
        return isFirstRefusal || isHalfUsed;
    }

    /** Mostly nothing has changed, and a volatile write costs more than looking. */
    private void publishOdds(double newProbability, double newTolerance) {
        if (probability != newProbability) {
            probability = newProbability;
        }
        if (tolerance != newTolerance) {
            tolerance = newTolerance;
        }
    }

    @Override
    double ceiling() {
        return ceiling;
    }

    @Override
    double hiddenDemand() {
        return hasWish ? WISH_PER_SECOND : 0;
    }

    @Override
    boolean hasWaited() {
        return isActive;
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
