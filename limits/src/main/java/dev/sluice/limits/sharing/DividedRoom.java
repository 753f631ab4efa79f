package dev.sluice.limits.sharing;

import dev.sluice.limits.meter.Meter;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.RateAlgorithm;
import dev.sluice.limits.pacing.Allowance;
import dev.sluice.limits.pacing.Share;

/**
 * A limit on operations of which more may be used at once than flows in a second: a limit a minute or a day, or a deep
 * bucket. Its room is divided, not its rate. A node may spend its part of what is left at once, and each report divides what
 * is then left anew. {@link Allowance#ofRoom} has the rule.
 */
final class DividedRoom extends DemandSharing {
    /** A report has been received by then. */
    private static final long RECEIVED_NANOS = 20_000_000L;
    /** A request that was refused has returned by then. */
    private static final long WISH_NANOS = 10 * Limit.SECOND_NANOS;
    /** So little that it takes no room from other nodes, but that all know of it. */
    private static final double WISH_PER_SECOND = 0.1;
    /** A full bucket's level is a rounded number of nanoseconds. */
    private static final double ROUNDING = 1e-6;
    /** In a sync delay, of all nodes. */
    private static final double FEW_EXPECTED = 0.3;
    /** After an urgent update such a time is measured at each report. */
    private static final long ACTIVE_NANOS = Limit.SECOND_NANOS;
    /** The part of a limit that must be left for a report to be urgent because this node needs more of it. */
    private static final double ROOM_PLENTY = 0.25;
    /** In intervals: an idle limit is measured once in five, and two reports later all know what is demanded. */
    private static final int WISH_AHEAD = 9;
    /** In sync delays: until one of the last operations, of which nodes have fractions, is drawn. */
    private static final double DRAWN_DELAYS = 10;
    /** For so long after the edge of a fixed window others may still be in the one before, by their clocks. */
    private static final long EDGE_NANOS = 250_000_000L;
    /** The part of the limit that may be used in that time. */
    private static final double EDGE_PART = 0.02;

    // What decisions read.
    private volatile double ceiling = Double.MAX_VALUE;

    /** What this node had kept when it last measured, and what the others are known to have received. */
    private long keptMeasured;

    private long keptReceived;
    /** Until then this node demands room for a request that was refused, and will probably return. */
    private long wishUntilNanos;

    /** When a request that was refused will return. Event loops write it, one over the other. */
    private volatile long returnNanos;

    private boolean hasWish;
    private boolean isActive;
    private long urgentNanos;
    private float askedBefore;
    private float drawn;
    /** What others demanded when this node began to receive their reports, a second. */
    private double demandAtBeginning;

    DividedRoom(Ledger ledger, ClusterView cluster, long nowNanos) {
        super(ledger, cluster, new Share(1, 1, 1, 1, 1), nowNanos);
        this.keptMeasured = ledger.kept();
        this.keptReceived = keptMeasured;
        this.wishUntilNanos = nowNanos;
        this.returnNanos = nowNanos - WISH_NANOS;
        this.urgentNanos = nowNanos - WISH_NANOS;
        this.drawn = (float) cluster.random();
        start(nowNanos);
    }

    // ---- decisions ----

    @Override
    boolean hasRoom(long cost, long nowNanos) {
        if (!isSingleNode) {
            maintainIfDue(nowNanos);
            if (!hasPart()) {
                return false;
            }
        }
        return ledger.meter().hasRoom(cost, 0, nowNanos);
    }

    private boolean hasPart() {
        return isSingleNode || ceiling - ledger.kept() >= 1 - EPSILON;
    }

    @Override
    boolean tryTake(Meter meter, long cost, long nowNanos) {
        if (isSingleNode) {
            return ledger.tryCharge(meter, cost, nowNanos);
        }
        maintainIfDue(nowNanos);
        if (!ledger.takeBelow(ceiling + EPSILON, cost)) {
            return false;
        }
        if (meter.tryCharge(cost, 0, nowNanos)) {
            return true;
        }
        ledger.giveBack(cost);
        return false;
    }

    @Override
    long waitNanos(long nowNanos) {
        Meter meter = ledger.meter();
        long meterNanos = meter.waitNanos(nowNanos);
        if (hasPart()) {
            return meterNanos;
        }
        // Room that is on other nodes comes to where it is demanded.
        boolean isLast = meter.certainRoom(nowNanos) < 2;
        return Math.max(meterNanos, delaysNanos(isLast ? DRAWN_DELAYS : KNOWN_DELAYS));
    }

    /** {@inheritDoc} This node demands room for it from some time before. The next one that is to come is kept. */
    @Override
    void expectReturn(long waitNanos, long nowNanos) {
        long returns = nowNanos + waitNanos;
        long next = returnNanos;
        if (returns < next || next < nowNanos) {
            returnNanos = returns;
        }
        if (!isSingleNode && !hasWish && isExpected(nowNanos)) {
            ledger.owner().requestUrgentUpdate();
        }
    }

    private boolean isExpected(long nowNanos) {
        long ahead = returnNanos - nowNanos;
        return ahead < WISH_AHEAD * cluster.pacing.intervalNanos() && ahead > -WISH_NANOS;
    }

    // ---- maintenance ----

    /** All of the room may be used within a second, wherever it is demanded. */
    @Override
    double dividedPerSecond(long nowNanos) {
        if (RemainingRoom.isBeginning(ledger, cluster, tuning, nowNanos)) {
            demandAtBeginning = Math.max(demandAtBeginning, others.sum());
        }
        return tuning.dividedPerSecond(limitPerSecond, room(nowNanos) + unreported());
    }

    /** {@inheritDoc} A demand that falls counts at once: others may take what this node no longer has. */
    @Override
    double knownDemand() {
        return Math.min(demand.known(), demand.reported());
    }

    /** {@inheritDoc} The part of an idle limit is large enough without it. */
    @Override
    boolean hasUnknownDemand() {
        return false;
    }

    /** {@inheritDoc} Single operations must not move the room from one node to another. */
    @Override
    double historyUnit() {
        return tuning.historyUnit(cluster.membership().live());
    }

    @Override
    void applyShare(long nowNanos) {}

    @Override
    double flowIn(double seconds, long pending, long nowNanos) {
        return 0;
    }

    @Override
    void publish(double flowed, long nowNanos) {
        if (nowNanos - measuredNanos >= RECEIVED_NANOS) {
            keptReceived = keptMeasured;
        }
        double room = room(nowNanos);
        long kept = ledger.kept();
        double unreported = kept - keptReceived;
        double tokens = Allowance.ofRoom(share, room + unreported, unreported, askedBefore, drawn);
        double expected = (demand.known() + others.sum()) * tuning.syncDelaySeconds();
        if (expected > 0 && expected < FEW_EXPECTED && room >= 1 - ROUNDING) {
            // So few requests come to all nodes that two of them hardly ever meet within a sync delay.
            tokens = Math.max(tokens, 1 - unreported);
        }
        ceiling = kept + tokens;
    }

    private double room(long nowNanos) {
        double room = ledger.meter().certainRoom(nowNanos);
        if (ledger.rateLimit().rate().algorithm() instanceof RateAlgorithm.FixedWindow) {
            long sinceEdge = Math.floorMod(
                    nowNanos + cluster.epochOffsetNanos, ledger.limit().periodNanos());
            room = sinceEdge < EDGE_NANOS ? Math.min(room, Math.max(1, EDGE_PART * tuning.capacity())) : room;
        }
        return RemainingRoom.of(room, ledger, cluster, tuning, limitPerSecond, demandAtBeginning, nowNanos);
    }

    /** What this node admitted and others don't know yet. */
    private double unreported() {
        return Math.max(0, ledger.kept() - keptReceived);
    }

    @Override
    void beginMeasurement(long nowNanos) {
        long kept = ledger.kept();
        long refused = askedSinceMeasured() - (kept - keptMeasured);
        if (refused > 0) {
            wishUntilNanos = nowNanos + WISH_NANOS;
        } else if (kept > keptMeasured) {
            wishUntilNanos = nowNanos;
            if (isExpected(nowNanos)) {
                returnNanos = nowNanos - WISH_NANOS;
            }
        }
        hasWish = nowNanos < wishUntilNanos || isExpected(nowNanos);
        isActive = hasWish || nowNanos - urgentNanos < ACTIVE_NANOS;
        askedBefore = (float) askedSinceMeasured();
        keptReceived = keptMeasured;
        keptMeasured = kept;
        drawn = (float) cluster.random();
    }

    /** {@inheritDoc} So is that this node will soon have used its part: others may have more. */
    @Override
    boolean isUrgent(double seconds, long nowNanos) {
        boolean isUrgent = super.isUrgent(seconds, nowNanos) || needsRoom(nowNanos);
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

    /** {@inheritDoc} Were it as much of each node, the limit would still hold. */
    @Override
    double bearable(long nowNanos) {
        return share.chanceOfAll() < 1
                ? Double.MAX_VALUE
                : (ledger.meter().room(nowNanos) + tuning.tolerance())
                        / cluster.membership().live();
    }

    @Override
    boolean canUseFastPath() {
        return true;
    }

    // ---- bounds ----

    @Override
    double admittedMax(double seconds, long nowNanos) {
        double room = ledger.meter().room(nowNanos);
        return Math.max(0, Allowance.ofRoom(share, room + unreported(), unreported(), 1, 1));
    }

    @Override
    double excess(int liveNodes, double silentSeconds, long nowNanos) {
        return Allowance.excessOfRoom(tuning, liveNodes);
    }
}
