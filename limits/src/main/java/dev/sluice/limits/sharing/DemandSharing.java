package dev.sluice.limits.sharing;

import dev.sluice.limits.meter.Meter;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.Membership;
import dev.sluice.limits.pacing.DemandEstimate;
import dev.sluice.limits.pacing.LoadHistory;
import dev.sluice.limits.pacing.PacingParameters;
import dev.sluice.limits.pacing.RemoteNode;
import dev.sluice.limits.pacing.Share;
import dev.sluice.limits.pacing.TokenRoom;
import org.jspecify.annotations.Nullable;

/**
 * Holds this node to its share of a limit that other nodes use too. Nodes receive each other's counts only once an interval,
 * and admit without them meanwhile. The shares of all nodes add up to the limit, so that this is bounded.
 *
 * <p>{@link dev.sluice.limits.pacing} has the arithmetic, and its derivation. This class feeds it: it measures the demand,
 * and divides the limit by the demand of all. {@link PacedSharing} divides the rate, {@link DividedRoom} what is left.
 *
 * <p>The work is done in a maintenance step under a try-lock, at most every 200th of an interval.
 *
 * <p>More than 400 lines because all of it is one state under one lock.
 */
abstract sealed class DemandSharing extends PendingCharges permits PacedSharing, DividedRoom {
    /** The part of a limit below which its use counts as far from it. */
    private static final double FAR_BELOW_LIMIT = 0.125;

    /** So many requests are no urgent update, however large the share is. */
    private static final double HANDFUL = 16;

    /** The part of a node's even share that is worth an urgent report while the limit is nearly used up. */
    private static final double WORTH = 0.005;

    /**
     * Hysteresis: a limit stays idle until so many times the threshold is used, because idle limits are reported rarely and
     * in large steps.
     */
    private static final double IDLE_HYSTERESIS = 1.5;

    static final double EPSILON = 1e-9;

    /** In sync delays: until a demand here is known to all, and the limit is divided by it. */
    static final double KNOWN_DELAYS = 2.5;

    final Ledger ledger;
    final ClusterView cluster;
    /** Of a rate quota; null: of a limit on requests. */
    final @Nullable TokenRoom tokenRoom;

    final DemandEstimate demand = new DemandEstimate();
    private final LoadHistory history;
    private volatile long steppedNanos;
    /** Until then, use beyond the limit is what was admitted before a change or a start, and no excess. There are many limits. */
    private volatile int excessFromSeconds;

    PacingParameters tuning;
    /** Written under the lock; a decision may read the one before. */
    volatile Share share;
    /** Of the nodes that reach each other. */
    double limitPerSecond;
    /** The demand that this node's allowance is made for. */
    double countedDemand;

    private long askedMeasured;
    long measuredNanos;
    private long flowedNanos;
    private long dividedNanos;
    /** When the thread that reports last looked at the count, and what this node had kept then. */
    private long lookedNanos;

    private long keptLooked;
    // Belong to the thread that reports.
    private boolean farBelowLimit;
    private boolean nearLimit;
    private double evenShare;

    DemandSharing(Ledger ledger, ClusterView cluster, Share first, long nowNanos) {
        super(nowNanos);
        this.ledger = ledger;
        this.cluster = cluster;
        this.tokenRoom = ledger.dimension() == Dimension.TOKENS ? new TokenRoom() : null;
        this.history = new LoadHistory(nowNanos);
        this.tuning = cluster.tuning(ledger.rateLimit());
        this.share = first;
        this.limitPerSecond = first.limitPerSecond();
        this.askedMeasured = ledger.asked();
        this.measuredNanos = nowNanos;
        this.flowedNanos = nowNanos;
        this.lookedNanos = nowNanos;
        this.keptLooked = ledger.kept();
        this.steppedNanos = nowNanos;
        this.excessFromSeconds = seconds(nowNanos);
        if (ledger.meter().used(nowNanos) > ledger.capacity()) {
            startExcessAnew(nowNanos);
        }
    }

    private static int seconds(long nanos) {
        return (int) Math.floorDiv(nanos, Limit.SECOND_NANOS);
    }

    /** What is used now leaves the meter within a period. */
    @Override
    final void startExcessAnew(long nowNanos) {
        excessFromSeconds = seconds(nowNanos + ledger.limit().periodNanos()) + 1;
    }

    /** The end of a kind's constructor. */
    final void start(long nowNanos) {
        double flowed = flow(nowNanos);
        divide(nowNanos);
        publish(flowed, nowNanos);
    }

    // ---- what the kinds differ in; all of it under the lock ----

    /** What is divided among the nodes, a second. */
    double dividedPerSecond(long nowNanos) {
        return limitPerSecond;
    }

    /** The demand of this node that all nodes count, a second. */
    double knownDemand() {
        return demand.known();
    }

    /** Whether this node has demand that the others haven't received yet. It has the part of an idle limit only. */
    boolean hasUnknownDemand() {
        return askedSinceMeasured() > 0 || demand.reported() > demand.known();
    }

    /** The unit of the {@link LoadHistory}. */
    double historyUnit() {
        return tuning.perSecond();
    }

    /** The limit was divided. */
    abstract void applyShare(long nowNanos);

    /**
     * So much time has passed, and so much that others admitted is about to be charged.
     *
     * @return what flowed in for this node
     */
    abstract double flowIn(double seconds, long pending, long nowNanos);

    /** Adds what flowed in to what may be taken, and sets what decisions read from here on. */
    abstract void publish(double flowed, long nowNanos);

    /** The counts are about to be measured, and reported. */
    abstract void beginMeasurement(long nowNanos);

    /** Demand that doesn't show in the count of what was asked for, a second. */
    abstract double hiddenDemand();

    /** Whether something waited for this limit, so that it isn't idle. */
    abstract boolean hasWaited();

    /** Whether so little is left that the others should receive at once what this node admits. */
    boolean isNearLimit(long nowNanos) {
        return false;
    }

    /** How much more than expected may be asked for of this node without the limit being at stake. */
    abstract double bearable(long nowNanos);

    /** Whether decisions may leave the shares alone while the limit is idle. */
    abstract boolean canUseFastPath();

    /** How much this node may admit in that time if it receives nothing. */
    abstract double admittedMax(double seconds, long nowNanos);

    /** How far all nodes together may exceed the limit, where a node's reports are so far apart at most. */
    abstract double excess(int liveNodes, double silentSeconds, long nowNanos);

    // ---- maintenance ----

    @Override
    final void maintainIfDue(long nowNanos) {
        if ((hasPending() || nowNanos - steppedNanos >= cluster.stepNanos) && tryLock()) {
            try {
                maintain(nowNanos);
            } finally {
                unlock();
            }
        }
    }

    private void maintain(long nowNanos) {
        steppedNanos = nowNanos;
        double flowed = flow(nowNanos);
        long intervalNanos = cluster.pacing.intervalNanos();
        long ageNanos = nowNanos - measuredNanos;
        boolean isUrgent = ageNanos >= intervalNanos / 10 && isUrgent(ageNanos * 1e-9, nowNanos);
        if (isUrgent || hasUnreported(nowNanos)) {
            ledger.owner().requestUrgentUpdate();
        }
        if (hasNewDemands && nowNanos - dividedNanos >= intervalNanos / 8) {
            divide(nowNanos);
        }
        publish(flowed, nowNanos);
    }

    /** Whether the peers should receive the demand before the next report. */
    boolean isUrgent(double seconds, long nowNanos) {
        long asked = askedSinceMeasured();
        return asked > handful() && demand.isUrgent(asked, seconds, tuning.quantum(), bearable(nowNanos));
    }

    private boolean hasUnreported(long nowNanos) {
        return nowNanos - lookedNanos >= tuning.urgentNanos()
                && ledger.kept() - keptLooked > WORTH * evenShare
                && !isSingleNode
                && isNearLimit(nowNanos);
    }

    /** A count that this node's share has room for is not urgent. */
    private double handful() {
        return Math.min(HANDFUL * tuning.quantum(), share.perSecond() * tuning.syncDelaySeconds());
    }

    final long askedSinceMeasured() {
        return ledger.asked() - askedMeasured;
    }

    /** Divides the limit anew. */
    private void divide(long nowNanos) {
        Membership membership = cluster.membership();
        isSingleNode = membership.live() <= 1 && !(membership.isStarting() && membership.known() > 1);
        limitPerSecond = tuning.perSecond() * ledger.fraction();
        double divided = dividedPerSecond(nowNanos);
        history.limitRemote(LoadHistory.most(tuning.perSecond(), tuning.capacity()));
        double idlePart = ledger.isPaced() ? history.part(membership.live(), historyUnit(), nowNanos) : 1;
        double known = knownDemand();
        countedDemand = hasUnknownDemand() ? Math.max(known, divided * idlePart) : known;
        share = Share.of(divided, known, countedDemand, others, idlePart);
        applyShare(nowNanos);
        hasNewDemands = false;
        dividedNanos = nowNanos;
    }

    /**
     * Lets the time since the last call flow in, and charges what is pending: others admitted it in the last interval.
     *
     * @return what flowed in for this node
     */
    private double flow(long nowNanos) {
        double seconds = Math.max(0, nowNanos - flowedNanos) * 1e-9;
        flowedNanos = Math.max(flowedNanos, nowNanos);
        long pending = pendingAmount();
        double flowed = flowIn(seconds, pending, nowNanos);
        if (pending != 0) {
            history.countRemote(pending);
            ledger.chargeRemote(pending, nowNanos);
        }
        clearPending();
        return flowed;
    }

    // ---- for decisions ----

    /** Whether all that a request takes is left in the cluster, which is a question for those that take many tokens. */
    final boolean fits(long cost) {
        return tokenRoom == null || tokenRoom.fits(ledger.kept(), cost);
    }

    /** A request was admitted. Many tokens should be known to others at once. */
    final void reportTokens(Meter meter, long cost, long nowNanos) {
        if (tokenRoom != null && tokenRoom.isUrgent(ledger.kept(), cost, meter, nowNanos)) {
            ledger.owner().requestUrgentUpdate();
        }
    }

    /** Whether other nodes have begun to take tokens of a quota that was this node's alone: they all fill it up now. */
    final boolean hasBegunLately(long nowNanos) {
        return tokenRoom != null && tokenRoom.wasAloneLately(nowNanos);
    }

    /**
     * Sets what decisions about many tokens read. Under the lock.
     *
     * @return what this node may take, because it is the only one that takes any; below 0: it has a share, or it is no quota
     */
    final double publishTokens(long kept, double room, long nowNanos) {
        if (tokenRoom == null) {
            return TokenRoom.HAS_SHARE;
        }
        double demanded = cluster.membership().isStarting() ? Double.MAX_VALUE : others.sum();
        return tokenRoom.publish(kept, keptLooked, room, capacityNow(), demanded, share.limitPerSecond(), nowNanos);
    }

    private boolean isAlone() {
        return tokenRoom != null && tokenRoom.isAlone();
    }

    private double capacityNow() {
        return ledger.capacity() * ledger.fraction();
    }

    /** Until a call for so many tokens finds them, if nobody takes any meanwhile. At least until the next maintenance step. */
    final long tokenWaitNanos(TokenRoom of, long cost, long nowNanos) {
        double unobserved = cluster.unobservedSeconds(ledger.limit().periodNanos(), nowNanos);
        long unobservedNanos = (long) (unobserved * Limit.SECOND_NANOS);
        long lateNanos = of.isAlone() ? 0 : delaysNanos(KNOWN_DELAYS);
        double late = of.late(share.limitPerSecond(), lateNanos);
        long roomNanos =
                TokenRoom.waitNanos(ledger.meter(), ledger.rateLimit(), cost, capacityNow(), late, lateNanos, nowNanos);
        return roomNanos == Meter.NEVER
                ? Meter.NEVER
                : Math.max(Math.max(roomNanos, cluster.stepNanos), fits(cost) ? 0 : unobservedNanos);
    }

    /** So many sync delays, in nanoseconds. */
    final long delaysNanos(double delays) {
        return (long) (delays * tuning.syncDelaySeconds() * Limit.SECOND_NANOS);
    }

    @Override
    final double admittedPerSecond() {
        return share.weight() * limitPerSecond;
    }

    // ---- for the sync threads ----

    /**
     * {@inheritDoc} In a large cluster this comes far more often than anything else. So it is only kept: it is charged with
     * what the others report when a decision needs it, or soon after; on the fast path at this node's next report.
     */
    @Override
    final void applyRemote(RemoteNode from, double demandPerSecond, long amount, long nowNanos) {
        lock();
        try {
            boolean wasFastPath = useState() == UseState.FAST_PATH;
            boolean isDue = keep(from, demandPerSecond, amount, cluster.pendingNanosMax, nowNanos);
            // Only then: requests write where this looks.
            if (wasFastPath && useState() != UseState.FAST_PATH) {
                ledger.leaveFastPath();
            }
            if (isDue) {
                settleLocked(nowNanos);
            }
        } finally {
            unlock();
        }
    }

    @Override
    final void settle(long nowNanos) {
        if (hasPending()) {
            lock();
            try {
                settleLocked(nowNanos);
            } finally {
                unlock();
            }
        }
    }

    private void settleLocked(long nowNanos) {
        if (hasPending()) {
            publish(flow(nowNanos), nowNanos);
        }
    }

    @Override
    final void update(long nowNanos) {
        lock();
        try {
            if (useState() == UseState.FAST_PATH) {
                useState(UseState.IDLE);
            }
            ledger.leaveFastPath();
            double flowed = flow(nowNanos);
            tuning = cluster.tuning(ledger.rateLimit());
            others.dropGone();
            divide(nowNanos);
            publish(flowed, nowNanos);
        } finally {
            unlock();
        }
    }

    @Override
    final void measure(long nowNanos) {
        lock();
        try {
            double flowed = flow(nowNanos);
            if (tuning.urgentNanos() != cluster.urgentNanos()) {
                tuning = cluster.tuning(ledger.rateLimit());
            }
            double seconds = (nowNanos - measuredNanos) * 1e-9;
            if (seconds >= cluster.pacing.intervalNanos() * 0.1e-9) {
                long asked = ledger.asked();
                history.applyReported();
                beginMeasurement(nowNanos);
                double intervals = (double) (nowNanos - measuredNanos) / cluster.pacing.intervalNanos();
                long askedNow = Math.max(0, asked - askedMeasured) + ledger.askedByHeld(intervals);
                demand.measure(askedNow, seconds, tuning.quantum(), hiddenDemand());
                askedMeasured = asked;
                measuredNanos = nowNanos;
                others.dropGone();
                divide(nowNanos);
            }
            publish(flowed, nowNanos);
            updateUseState(nowNanos);
            lookedNanos = nowNanos;
            keptLooked = ledger.kept();
            nearLimit = isNearLimit(nowNanos);
            evenShare = tuning.perSecond() / cluster.membership().known();
        } finally {
            unlock();
        }
        if (cluster.membership().isStarting()) {
            startExcessAnew(nowNanos);
        }
        if (seconds(nowNanos) - excessFromSeconds >= 0) {
            ledger.recordExcess(nowNanos);
        }
    }

    private void updateUseState(long nowNanos) {
        double used = (double) ledger.meter().used(nowNanos);
        double capacity = (double) ledger.capacity();
        farBelowLimit = isFarBelow(capacity, useState() == UseState.ACTIVE ? used : used / IDLE_HYSTERESIS);
        boolean staysFarBelow = !hasWaited() && isFarBelow(share.limitPerSecond(), demand.reported() + others.sum());
        boolean isIdle = farBelowLimit && staysFarBelow;
        if (isIdle && canUseFastPath()) {
            // Until others demand or have admitted a part of the limit, or this node has admitted a handful.
            startFastPath(FAR_BELOW_LIMIT * share.limitPerSecond() - demand.reported(), FAR_BELOW_LIMIT * capacity);
            ledger.enterFastPath((long) Math.min((double) ledger.kept() + handful(), ceiling()));
        } else {
            useState(isIdle ? UseState.IDLE : UseState.ACTIVE);
            ledger.leaveFastPath();
        }
    }

    /** What this node may have kept at most. */
    double ceiling() {
        return Double.MAX_VALUE;
    }

    private static boolean isFarBelow(double limit, double used) {
        return used < FAR_BELOW_LIMIT * limit;
    }

    @Override
    final double demand() {
        lock();
        try {
            return demand.reported();
        } finally {
            unlock();
        }
    }

    @Override
    final double evenShare() {
        return evenShare;
    }

    @Override
    final boolean isFarBelowLimit() {
        return farBelowLimit;
    }

    @Override
    final boolean isNearLimit() {
        return nearLimit;
    }

    @Override
    final void countReported(long amount) {
        history.countReported(amount);
    }

    // ---- bounds ----

    @Override
    final double unsynchronisedMax(double seconds, long nowNanos) {
        if (isSingleNode) {
            return 0;
        }
        lock();
        try {
            settleLocked(nowNanos);
            double ofShare = admittedMax(seconds, nowNanos);
            return isAlone() ? Math.max(ofShare, ledger.meter().room(nowNanos)) : ofShare;
        } finally {
            unlock();
        }
    }

    @Override
    final double excessBound(long nowNanos) {
        if (isSingleNode) {
            return 0;
        }
        lock();
        try {
            settleLocked(nowNanos);
            double silentSeconds = tuning.syncDelaySeconds() + 0.1e-9 * cluster.pacing.intervalNanos();
            int live = cluster.membership().live();
            double ofShares = excess(live, silentSeconds, nowNanos);
            // All nodes may take all that is left.
            return isAlone() ? Math.max(ofShares, (live - 1) * ledger.meter().room(nowNanos)) : ofShares;
        } finally {
            unlock();
        }
    }
}
