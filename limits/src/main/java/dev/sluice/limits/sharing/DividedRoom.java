package dev.sluice.limits.sharing;

import dev.sluice.limits.meter.Meter;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.pacing.Allowance;
import dev.sluice.limits.pacing.Share;

/**
 * A limit on operations of which more may be used at once than flows in a second: a limit a minute or a day, or a deep
 * bucket. Its room is divided, not its rate. A node may spend its part of what is left at once, and each report divides what
 * is then left anew. {@link Allowance#ofRoom} has the rule.
 */
sealed class DividedRoom extends DemandSharing permits DividedTransfers {
    /** A request that was refused has returned by then. */
    private static final long WISH_NANOS = 10 * Limit.SECOND_NANOS;
    /** So little that it takes no room from other nodes, but that all know of it. */
    private static final double WISH_PER_SECOND = 0.1;
    /** A full bucket's level is a rounded number of nanoseconds. */
    private static final double ROUNDING = 1e-6;
    /** In a sync delay, of all nodes. */
    private static final double FEW_EXPECTED = 0.3;
    /** So many operations for each node are few: they are counted out. */
    private static final double FEW_PER_NODE = 4;
    /** The order in which the last operations are given out changes as often: each node is first now and then. */
    private static final long ROUND_NANOS = 2 * Limit.SECOND_NANOS;
    /** After an urgent update such a time is measured at each report. */
    private static final long ACTIVE_NANOS = Limit.SECOND_NANOS;
    /** The part of a limit that must be left for a report to be urgent because this node needs more of it. */
    private static final double ROOM_PLENTY = 0.25;
    /** In intervals: an idle limit is measured once in five, and two reports later all know what is demanded. */
    private static final int WISH_AHEAD = 9;
    /** In sync delays: until this node is first in the order of the last operations. */
    private static final double ORDER_DELAYS = 10;

    // What decisions read.
    private volatile double ceiling = Double.MAX_VALUE;
    /** From so much that this node keeps a report is urgent: half of its part is used, and others may have more. */
    private volatile double urgentFrom = Double.MAX_VALUE;

    /** What this node had kept when it last measured. */
    private long keptMeasured;
    /** What this node had kept at a report, which is awaited to have been received by all others. */
    private long keptAwaited;

    private long awaitedNanos;
    private boolean isAwaiting;
    /** The demand in that report; below 0: it isn't made yet. */
    private double demandAwaited;
    /** What the others are taken to have received. */
    private long keptReceived;

    private double demandReceived;
    /** Until then this node demands room for a request that was refused, and will probably return. */
    private long wishUntilNanos;

    /** When a request that was refused will return. Event loops write it, one over the other. */
    private volatile long returnNanos;

    private boolean hasWish;
    private boolean isActive;
    private long urgentNanos;
    /** What others demanded when this node began to receive their reports, a second. */
    private double demandAtBeginning;

    DividedRoom(Ledger ledger, ClusterView cluster, long nowNanos) {
        super(ledger, cluster, new Share(1, 1, 1, 1, 1), nowNanos);
        this.keptMeasured = ledger.kept();
        this.keptReceived = keptMeasured;
        this.wishUntilNanos = nowNanos;
        this.returnNanos = nowNanos - WISH_NANOS;
        this.urgentNanos = nowNanos - WISH_NANOS;
    }

    static DividedRoom ofOperations(Ledger ledger, ClusterView cluster, long nowNanos) {
        DividedRoom sharing = new DividedRoom(ledger, cluster, nowNanos);
        sharing.start(nowNanos);
        return sharing;
    }

    // ---- decisions ----

    @Override
    boolean hasRoom(long cost, long nowNanos) {
        if (!isSingleNode) {
            maintainIfDue(nowNanos);
            if (!hasPart() || !fits(cost)) {
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
        if (!fits(cost) || !ledger.takeBelow(ceiling + EPSILON, cost)) {
            return false;
        }
        if (meter.tryCharge(cost, 0, nowNanos)) {
            reportTokens(meter, cost, nowNanos);
            if (ledger.kept() >= urgentFrom) {
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
        long meterNanos = meter.waitNanos(cost, nowNanos);
        if (tokenRoom != null && !isSingleNode) {
            meterNanos = tokenWaitNanos(tokenRoom, cost, nowNanos);
            if (cost > RemainingRoom.edgeMax(tuning)) {
                meterNanos = RemainingRoom.afterEdge(meterNanos, ledger, cluster, nowNanos);
            }
        }
        if (hasPart()) {
            return meterNanos;
        }
        // Room that is on other nodes comes to where it is demanded.
        boolean isLast = meter.certainRoom(nowNanos) < 2;
        return Math.max(meterNanos, delaysNanos(isLast ? ORDER_DELAYS : KNOWN_DELAYS));
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
        return Math.min(demandReceived, demand.reported());
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
    void applyShare(long nowNanos) {
        if (isAwaiting && demandAwaited < 0) {
            demandAwaited = demand.reported();
        }
    }

    @Override
    double flowIn(double seconds, long pending, long nowNanos) {
        return 0;
    }

    @Override
    void publish(double flowed, long nowNanos) {
        if (isAwaiting && cluster.isKnownToAll(awaitedNanos, nowNanos)) {
            keptReceived = keptAwaited;
            demandReceived = demandAwaited;
            isAwaiting = false;
            hasNewDemands = true;
        }
        double room = room(nowNanos);
        long kept = ledger.kept();
        double unreported = kept - keptReceived;
        double alone = publishTokens(kept, room, nowNanos);
        double shared = isSingleNode ? room : tokens(room, unreported, nowNanos);
        double tokens = alone >= 0 ? alone : shared;
        ceiling = kept + tokens;
        boolean hasPlenty = room >= ROOM_PLENTY * tuning.capacity();
        boolean mayReport = nowNanos - measuredNanos >= cluster.pacing.intervalNanos() / 10;
        urgentFrom = hasPlenty && mayReport ? kept + tokens - (tokens + unreported) / 2 : Double.MAX_VALUE;
    }

    /** What this node may admit at once: its part, or one request where no other is expected. */
    private double tokens(double room, double unreported, long nowNanos) {
        double part = part(room + unreported, unreported, nowNanos);
        return mayBeAlone(room) ? Math.max(part, 1 - unreported) : part;
    }

    /** This node's part of the room that all know of, less what it admitted since. */
    private double part(double room, double unreported, long nowNanos) {
        int live = cluster.membership().live();
        if (room < FEW_PER_NODE * live) {
            return partOfFew(room, unreported, live, nowNanos);
        }
        double demanded = (knownDemand() + others.sum()) / share.limitPerSecond();
        return Allowance.ofRoom(share, room, unreported, Math.min(1, demanded));
    }

    private double partOfFew(double room, double unreported, int live, long nowNanos) {
        int demanding = others.demanding();
        if (knownDemand() > 0) {
            return Allowance.ofFew(room, unreported, 1 + demanding, before(nowNanos));
        }
        return demanding > 0 ? -unreported : Allowance.ofFew(room, unreported, live, live);
    }

    /** How many nodes come before this one when the last operations are given out. */
    private int before(long nowNanos) {
        long wallNanos = nowNanos + cluster.epochOffsetNanos;
        long earliest = Math.floorDiv(wallNanos - RemainingRoom.EDGE_NANOS, ROUND_NANOS);
        long latest = Math.floorDiv(wallNanos + RemainingRoom.EDGE_NANOS, ROUND_NANOS);
        int before = others.demandingBefore(cluster.id(), latest);
        return earliest == latest ? before : Math.max(before, others.demandingBefore(cluster.id(), earliest));
    }

    /**
     * Whether so few requests come to all nodes that two of them hardly ever meet within a sync delay. If they do, one is left
     * for the other, unless the limit is idle.
     */
    private boolean mayBeAlone(double room) {
        double expected = (demand.reported() + others.sum()) * tuning.syncDelaySeconds();
        return expected < FEW_EXPECTED && room >= (expected > 0 ? 2 : 1) - ROUNDING;
    }

    final double room(long nowNanos) {
        double room = RemainingRoom.atEdge(ledger.meter().certainRoom(nowNanos), ledger, cluster, tuning, nowNanos);
        return RemainingRoom.ofDivided(room, ledger, cluster, tuning, limitPerSecond, demandAtBeginning, nowNanos);
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
        keptMeasured = kept;
        if (!isAwaiting) {
            isAwaiting = true;
            keptAwaited = kept;
            demandAwaited = -1;
            awaitedNanos = nowNanos;
        }
    }

    /** {@inheritDoc} A report that left before is still awaited. */
    @Override
    void reportDeferred() {
        lock();
        try {
            isAwaiting &= awaitedNanos != measuredNanos;
        } finally {
            unlock();
        }
    }

    /** {@inheritDoc} A part grows only once all others know what was used of it. */
    @Override
    boolean needsReceipts() {
        return true;
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
        double part = part(room + unreported(), 0, nowNanos);
        boolean isHalfUsed =
                room >= ROOM_PLENTY * tuning.capacity() && kept > keptMeasured && ceiling - kept <= part / 2;
        return isFirstRefusal || isHalfUsed;
    }

    @Override
    final double ceiling() {
        return ceiling;
    }

    final double urgentFrom() {
        return urgentFrom;
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
        return Math.max(0, tokens(room(nowNanos), unreported(), nowNanos));
    }

    /**
     * {@inheritDoc} While one node counts the last operations out and another doesn't yet, their parts are of two rules that
     * don't add up: all of those but one node's even part may be given out twice.
     */
    @Override
    double excess(int liveNodes, double silentSeconds, long nowNanos) {
        double room = room(nowNanos);
        double few = FEW_PER_NODE * liveNodes;
        double ofTwoRules = ledger.capacity() >= few && room < 2 * few ? FEW_PER_NODE * (liveNodes - 1) : 0;
        return Math.max(ofTwoRules, Allowance.excessOfRoom(liveNodes, room < few && mayBeAlone(room)));
    }
}
