package dev.sluice.limits.admission;

import dev.sluice.limits.meter.Meter;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.Membership;
import dev.sluice.limits.model.Sharing;
import dev.sluice.limits.pacing.Allowance;
import dev.sluice.limits.pacing.DemandEstimate;
import dev.sluice.limits.pacing.EvenSampler;
import dev.sluice.limits.pacing.LoadHistory;
import dev.sluice.limits.pacing.PacingParameters;
import dev.sluice.limits.pacing.ReleaseMode;
import dev.sluice.limits.pacing.RemoteNode;
import dev.sluice.limits.pacing.RoomFeedback;
import dev.sluice.limits.pacing.Share;
import org.jspecify.annotations.Nullable;

/**
 * Holds this node to its share of a limit that other nodes use too. They hear of each other only once an interval, so
 * what is admitted meanwhile is admitted blind; the shares of all nodes add up to the limit, so that is bounded.
 *
 * <p>One term steers: the room that is left, counted in blind intervals (how much the limit lets flow until the others
 * have heard). At 1 the node runs at its share, below it slower, above it faster, up to {@link PacingParameters#gain} times. A
 * share too small to flow is handed out in another way, and who asks for clearly less than the others get isn't steered
 * ({@link ReleaseMode}). What is small, and what chance may bring, is told
 * in quanta ({@link PacingParameters#quantum}). See docs/decisions/0020-paced-shares.md for the whole idea, its bound, and what each piece is
 * worth.
 *
 * <p>A decision takes a token by one compare-and-set. All else is done in a turn, at most every 200th of an interval and
 * by one thread at a time: event loops pass by when another thread has it, the two threads of the exchange wait for
 * it. Fields without volatile belong to the turn.
 */
public final class Pacer extends PendingCharges {
    /** Turns in an interval between two reports, at most. */
    private static final int TURNS = 200;

    /** In such a part of an interval what others admitted is charged at the latest, where somebody is near the limit. */
    private static final int NOTES = 4;

    /** Whose tokens came singly so lately is not in step with others. */
    private static final long IN_STEP_NANOS = Limit.SECOND_NANOS;

    /** The part of a limit below which its use counts as far from it. */
    private static final double FAR_BELOW_LIMIT = 0.125;

    private static final double EPSILON = 1e-9;
    /** Demands are told in numbers that are rounded down. */
    private static final double NEARLY = 0.99;

    /** Requests that are told at once if they are more than chance explains, however large the share is. */
    private static final double HANDFUL = 16;

    /** What rests is heard of rarely, and much at once: it goes on to rest until so many times more is used. */
    private static final double FLUCTUATES = 1.5;

    private final Ledger ledger;
    private final ClusterView cluster;
    private final long turnNanos;
    private final DemandEstimate demand = new DemandEstimate();
    private final LoadHistory history;
    private final EvenSampler lots;
    /** Of a limit on bytes: transfers take from there what flows in here. */
    private final @Nullable TransferQueue queue;

    // What decisions read.
    /** What this node may have kept at most; only turns set it. What is missing to it are the tokens. */
    private volatile double ceiling;

    private volatile long turnedNanos;
    private volatile double tolerance;
    private volatile double chance = 1;
    private volatile long waitUntilNanos;

    // What turns work on.
    private final RoomFeedback steering;
    private PacingParameters tuning;
    private Share share = new Share(1, 1, 1, 1, 1);
    private long askedMeasured;
    private long measuredNanos;
    private long refilledNanos;
    private long sharedNanos;
    private double counted;
    private ReleaseMode pace = ReleaseMode.EVENLY;
    private long singlyNanos;
    private boolean stale;
    private boolean resting;
    // Belong to the thread that reports.
    private boolean farBelowLimit;
    private double evenShare;

    Pacer(Ledger ledger, ClusterView cluster, @Nullable TransferQueue queue, long nowNanos) {
        super(cluster.pacing.intervalNanos() / NOTES, nowNanos);
        this.ledger = ledger;
        this.cluster = cluster;
        this.turnNanos = cluster.pacing.intervalNanos() / TURNS;
        this.queue = queue;
        this.lots = new EvenSampler(cluster.draw());
        this.history = new LoadHistory(nowNanos);
        this.tuning = cluster.tuning(ledger.rateLimit());
        this.steering =
                new RoomFeedback(tuning, queue != null, cluster.membership().isStarting(), ledger.charged());
        this.askedMeasured = ledger.asked();
        this.measuredNanos = nowNanos;
        this.refilledNanos = nowNanos;
        this.turnedNanos = nowNanos;
        this.singlyNanos = nowNanos - IN_STEP_NANOS - 1;
        this.ceiling = Double.MAX_VALUE;
        if (queue != null) {
            // Until it is divided below.
            this.share = new Share(tuning.perSecond(), tuning.perSecond(), tuning.perSecond(), 1, 1);
        }
        double flowed = flow(nowNanos);
        divide(nowNanos);
        publish(flowed, nowNanos);
    }

    /** Whether a request would be admitted now, lots left aside. */
    boolean hasRoom(long cost, long nowNanos) {
        if (queue != null) {
            turnIfDue(nowNanos);
            return queue.isOpen();
        }
        Meter meter = ledger.meter();
        return isPacing(nowNanos)
                ? tokens() >= 1 - EPSILON && meter.hasRoom(cost, tolerance, nowNanos)
                : meter.hasRoom(cost, 0, nowNanos);
    }

    /** Whether this node is held to a share; alone it isn't. */
    boolean isPacing(long nowNanos) {
        if (alone) {
            return false;
        }
        turnIfDue(nowNanos);
        return true;
    }

    private double tokens() {
        return ceiling - ledger.kept();
    }

    /** Charges {@code cost} if there is room here and in the cluster. */
    boolean tryTake(Meter meter, long cost, long nowNanos) {
        double odds = chance;
        if (odds < 1 && !lots.isDrawn(odds, cluster.draw())) {
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

    /** How long until this node's share has room again; 0: it has. The cluster's room is the meter's to tell. */
    long waitNanos(long nowNanos) {
        if (queue != null) {
            return queue.isOpen() ? 0 : Math.max(1, waitUntilNanos - nowNanos);
        }
        if (alone || (tokens() >= 1 - EPSILON && chance >= 1)) {
            return 0;
        }
        return Math.max(1, waitUntilNanos - nowNanos);
    }

    /** How much this node may admit in that time if it hears nothing. */
    double blind(double seconds, long nowNanos) {
        if (alone) {
            return 0;
        }
        awaitTurn();
        try {
            settleHere(nowNanos);
            double atOnce =
                    Allowance.tokens(tuning, share, pace, ledger.meter().room(nowNanos), tuning.gain(), counted);
            return atOnce + Allowance.ratePerSecond(tuning, share, pace) * seconds;
        } finally {
            endTurn();
        }
    }

    /** How far all nodes together may go over the limit by what they don't know of each other. */
    double excessBound(long nowNanos) {
        if (alone) {
            return 0;
        }
        awaitTurn();
        try {
            settleHere(nowNanos);
            double room = queue == null ? ledger.meter().room(nowNanos) : 0;
            double unheardSeconds = tuning.blindSeconds() + 0.1e-9 * cluster.pacing.intervalNanos();
            int live = cluster.membership().live();
            return Allowance.excessBound(tuning, share, live, room, pace, anyFreely(live), unheardSeconds);
        } finally {
            endTurn();
        }
    }

    /** Whether any node sees that it asks for clearly less than the level. */
    private boolean anyFreely(int live) {
        if (queue != null || share.chanceOfAll() >= 1) {
            return false;
        }
        double clearly = ReleaseMode.clearlyLess(tuning, share);
        return clearly > 0 && (pace == ReleaseMode.FREELY || 1 + others.countFrom(clearly) < live);
    }

    /** How far above the limit this node may go. */
    double windowTolerance() {
        return alone ? 0 : tolerance;
    }

    // ---- turns ----

    void turnIfDue(long nowNanos) {
        if ((isUnsettled() || nowNanos - turnedNanos >= turnNanos) && tryTurn()) {
            try {
                turn(nowNanos);
            } finally {
                endTurn();
            }
        }
    }

    private void turn(long nowNanos) {
        turnedNanos = nowNanos;
        double flowed = flow(nowNanos);
        long intervalNanos = cluster.pacing.intervalNanos();
        long ageNanos = nowNanos - measuredNanos;
        if (ageNanos >= intervalNanos / 10 && isSurprise(ageNanos * 1e-9, nowNanos)) {
            cluster.surprise(ledger.account);
        }
        if (outOfDate && nowNanos - sharedNanos >= intervalNanos / 8) {
            divide(nowNanos);
        }
        publish(flowed, nowNanos);
    }

    private boolean isSurprise(double seconds, long nowNanos) {
        boolean waits = queue != null && queue.hasWaited() && demand.said() < NEARLY * share.limitPerSecond();
        long asked = ledger.asked() - askedMeasured;
        return waits || (asked > handful() && demand.isSurprise(asked, seconds, tuning.quantum(), bearable(nowNanos)));
    }

    /**
     * How much more than expected may be asked for of this node: were it as much of each, the limit would still hold. Where
     * more is asked for than there is, all are held to their shares, and transfers wait.
     */
    private double bearable(long nowNanos) {
        if (queue != null || share.chanceOfAll() < 1) {
            return Double.MAX_VALUE;
        }
        return (ledger.meter().room(nowNanos) + tuning.tolerance())
                / cluster.membership().live();
    }

    /** So much that this node's share has room for is nobody's concern. */
    private double handful() {
        return Math.min(HANDFUL * tuning.quantum(), share.perSecond() * tuning.blindSeconds());
    }

    /** Measures the demand of the time since the last call. */
    void measure(long nowNanos) {
        awaitTurn();
        try {
            double flowed = flow(nowNanos);
            double seconds = (nowNanos - measuredNanos) * 1e-9;
            if (seconds >= cluster.pacing.intervalNanos() * 0.1e-9) {
                long asked = ledger.asked();
                history.heard();
                demand.measure(asked - askedMeasured, seconds, tuning.quantum(), leastDemand());
                stale = others.anyUnheardSince(nowNanos - tuning.staleNanos());
                askedMeasured = asked;
                measuredNanos = nowNanos;
                others.dropGone();
                divide(nowNanos);
            }
            publish(flowed, nowNanos);
            double used = (double) ledger.meter().used(nowNanos);
            farBelowLimit = isFarBelow((double) ledger.capacity(), resting ? used / FLUCTUATES : used);
            resting = farBelowLimit && staysFar();
            if (resting && queue == null && chance >= 1) {
                calmDown();
            } else {
                disturb();
            }
            evenShare = tuning.perSecond() / cluster.membership().known();
        } finally {
            endTurn();
        }
    }

    /** As {@link LocalUsage#evenShare}. */
    double evenShare() {
        return evenShare;
    }

    /** As {@link LocalUsage#isFarBelowLimit}. */
    boolean isFarBelowLimit() {
        return farBelowLimit;
    }

    /** As {@link LocalUsage#countReported}. */
    void countReported(long amount) {
        history.told(amount);
    }

    private static boolean isFarBelow(double limit, double used) {
        return used < FAR_BELOW_LIMIT * limit;
    }

    /** Whether it would be far from being used for long if all got what they ask for. */
    private boolean staysFar() {
        boolean waits = queue != null && queue.hasWaited();
        return !waits && isFarBelow(share.limitPerSecond(), demand.said() + others.sum());
    }

    /**
     * Nobody is near the limit: until others want or have admitted a part of it, or this node more than a handful, decisions
     * leave this alone.
     */
    private void calmDown() {
        calmDown(
                FAR_BELOW_LIMIT * share.limitPerSecond() - demand.said(),
                FAR_BELOW_LIMIT * (double) ledger.capacity());
        ledger.calmUpTo((long) Math.min((double) ledger.kept() + handful(), ceiling));
    }

    private void disturb() {
        endCalm();
        ledger.disturb();
    }

    /** As {@link Ledger#isResting}. Belongs to the thread that reports. */
    boolean isResting() {
        return resting;
    }

    /** Transfers that wait take whatever they get: what they would take is unknown, and no less than the limit. */
    private double leastDemand() {
        if (queue == null || !queue.hasWaited()) {
            return 0;
        }
        queue.measured();
        return share.limitPerSecond();
    }

    /** As {@link LocalUsage#demand}. */
    double demand() {
        awaitTurn();
        try {
            return demand.said();
        } finally {
            endTurn();
        }
    }

    /**
     * Another node has told what it wants, and that it admitted so much more. In a large cluster this comes far more often
     * than anything else, so it is only noted: charged with what the others tell when somebody looks, or soon after; far
     * from the limit at this node's next report.
     */
    void applyRemote(RemoteNode from, double demandPerSecond, long admittedMore, long nowNanos) {
        awaitTurn();
        try {
            boolean wasCalm = isCalm();
            boolean isDue = note(from, demandPerSecond, admittedMore, nowNanos);
            // Only then: requests write where this looks.
            if (wasCalm && !isCalm()) {
                ledger.disturb();
            }
            if (isDue) {
                settleHere(nowNanos);
            }
        } finally {
            endTurn();
        }
    }

    /** As {@link Account#fetchAll}. */
    long fetchAll() {
        return fetch()
                + Double.doubleToRawLongBits(demand.said() + share.perSecond() + steering.level() + history.own());
    }

    /** Charges what was noted; any thread. */
    void settle(long nowNanos) {
        if (isUnsettled()) {
            awaitTurn();
            try {
                settleHere(nowNanos);
            } finally {
                endTurn();
            }
        }
    }

    private void settleHere(long nowNanos) {
        if (isUnsettled()) {
            publish(flow(nowNanos), nowNanos);
        }
    }

    /** The limit or the cluster has changed. */
    void changed(long nowNanos) {
        awaitTurn();
        try {
            disturb();
            double flowed = flow(nowNanos);
            tuning = cluster.tuning(ledger.rateLimit());
            others.dropGone();
            divide(nowNanos);
            publish(flowed, nowNanos);
        } finally {
            endTurn();
        }
    }

    /** Divides the limit anew. */
    private void divide(long nowNanos) {
        Membership membership = cluster.membership();
        alone = membership.live() <= 1 && !(membership.isStarting() && membership.known() > 1);
        double limit = tuning.perSecond() * ledger.fraction();
        boolean shared = ledger.rateLimit().rate().sharing() == Sharing.PACED;
        double idlePart = shared ? history.part(membership.live(), tuning.perSecond(), nowNanos) : 1;
        double mine = demand.mine();
        // DemandRate that the others haven't heard of has the part of an idle limit only.
        boolean unheard = ledger.asked() > askedMeasured || demand.said() > mine;
        counted = unheard ? Math.max(mine, limit * idlePart) : mine;
        share = Share.of(limit, mine, counted, others, idlePart);
        if (queue == null) {
            double unheardPerSecond = (ledger.asked() - askedMeasured) / tuning.blindSeconds();
            pace = ReleaseMode.of(tuning, share, Math.max(demand.said(), unheardPerSecond));
            if (pace == ReleaseMode.SINGLY) {
                if (nowNanos - singlyNanos > IN_STEP_NANOS) {
                    // All may have the same past, and would go on in step.
                    ceiling = Math.min(ceiling, (double) ledger.kept() + cluster.draw());
                }
                singlyNanos = nowNanos;
            }
        } else {
            queue.changed(tuning.quantum(), share.perSecond(), shared ? limit / membership.live() : limit);
        }
        outOfDate = false;
        sharedNanos = nowNanos;
    }

    /**
     * Lets the time since the last call flow in, and charges what was noted: others admitted it in the last interval.
     *
     * @return what flowed in for this node
     */
    private double flow(long nowNanos) {
        double seconds = Math.max(0, nowNanos - refilledNanos) * 1e-9;
        refilledNanos = Math.max(refilledNanos, nowNanos);
        long noted = takeNoted();
        double room = room(nowNanos);
        steering.flowIn(
                tuning,
                room,
                seconds,
                pace.aim() * share.limitPerSecond(),
                ledger.charged() + noted,
                noted > 0,
                pace == ReleaseMode.LOTS,
                1 - share.chanceOfAll());
        if (noted != 0) {
            history.admittedElsewhere(noted);
            ledger.chargeElsewhere(noted, nowNanos);
        }
        settled();
        return seconds * ratePerSecond();
    }

    private double ratePerSecond() {
        // Who is at the level makes up for all others.
        double rate = share.levelPerSecond() * (pace == ReleaseMode.FREELY ? tuning.gain() : intervalsLeft());
        if (pace == ReleaseMode.LOTS) {
            rate = Math.max(rate, tuning.quantum() / tuning.blindSeconds());
        }
        return Math.min(rate, Allowance.ratePerSecond(tuning, share, pace));
    }

    private double intervalsLeft() {
        boolean unsure = stale || cluster.membership().isStarting();
        return steering.intervalsLeft(tuning, unsure ? 1 : tuning.gain());
    }

    /**
     * What the limit has left. What others admitted before this node listened it can't know: it assumes that they did as
     * they want to do now, and that the limit is used up until it may have heard them. Of a limit that is, what flows in a blind
     * interval may be left.
     */
    private double room(long nowNanos) {
        double room = ledger.meter().room(nowNanos);
        double missed = cluster.missedSeconds(ledger.limit().periodNanos(), nowNanos);
        if (missed == 0) {
            return room;
        }
        double wanted = cluster.membership().isStarting() ? Double.MAX_VALUE : others.sum();
        double before = missed * Math.min(wanted, share.limitPerSecond());
        double flow = share.limitPerSecond() * tuning.blindSeconds();
        return Math.max(Math.min(room, flow), room - before);
    }

    /** Adds what flowed in to the tokens, and sets what else decisions read from here on. */
    private void publish(double flowed, long nowNanos) {
        double rate = ratePerSecond();
        if (queue != null) {
            queue.flowIn(flowed, Allowance.bytes(tuning, share, steering.level()), rate);
            waitUntilNanos = nowNanos + waitNanos(queue.openSeconds(steady(rate)));
            return;
        }
        double intervalsLeft = intervalsLeft();
        double burst = Allowance.tokens(tuning, share, pace, room(nowNanos), intervalsLeft, counted);
        // What is taken meanwhile is missing from the new tokens as it is from the old ones.
        long kept = ledger.kept();
        double after = alone ? burst : Math.min(burst, ceiling - kept + flowed);
        ceiling = kept + after;
        publishOdds(
                pace == ReleaseMode.LOTS ? Math.min(1, intervalsLeft * share.chance()) : 1,
                Allowance.tolerance(tuning, share, pace));
        if (after < 1 || chance < 1) {
            double missing = pace == ReleaseMode.LOTS ? 1 : Math.max(0, 1 - after);
            waitUntilNanos = nowNanos + waitNanos(missing / Math.max(steady(rate), EPSILON));
        }
    }

    /** Mostly nothing has changed, and a volatile write costs more than looking. */
    private void publishOdds(double newChance, double newTolerance) {
        if (chance != newChance) {
            chance = newChance;
        }
        if (tolerance != newTolerance) {
            tolerance = newTolerance;
        }
    }

    /** Until the excess of all is worked off, and then so long. */
    private long waitNanos(double seconds) {
        return (long) (Math.min(3600, steering.debtSeconds(share.limitPerSecond()) + seconds) * 1e9);
    }

    private double steady(double rate) {
        return pace == ReleaseMode.LOTS ? share.perSecond() : Math.max(rate, share.perSecond());
    }
}
