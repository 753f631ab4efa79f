package dev.sluice.limits;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Holds this node to its share of a limit that other nodes use too. They hear of each other only once an interval, so
 * what is admitted meanwhile is admitted blind; the shares of all nodes add up to the limit, so that is bounded.
 *
 * <p>One term steers: the room that is left, counted in blind intervals (how much the limit lets flow until the others
 * have heard). At 1 the node runs at its share, below it slower, above it faster, up to {@link Tuning#gain} times. A
 * share too small to pace draws lots with the same odds. What is small, and what chance may bring, is told in quanta
 * ({@link Tuning#quantum}). See docs/decisions/0020-paced-shares.md for the whole idea, its bound, and what each piece is
 * worth.
 *
 * <p>A decision takes a token by one compare-and-set. All else is done in a turn, at most every 200th of an interval and
 * by one thread at a time: event loops pass by when another thread has it, the two threads of the exchange wait for
 * it. Fields without volatile belong to the turn.
 */
final class Pacer {
    /** Turns in an interval between two reports, at most. */
    private static final int TURNS = 200;

    private static final double EPSILON = 1e-9;
    /** Small counts stray further upwards than the bell curve: (3^2 - 1) / 6 at 3 standard deviations (Cornish, Fisher). */
    private static final double POISSON_SKEW = 4.0 / 3;
    /** Demands are told in numbers that are rounded down. */
    private static final double NEARLY = 0.99;

    private static final double AGREE_SECONDS = 2;

    private final Ledger ledger;
    private final ClusterView cluster;
    private final long turnNanos;
    private final DemandEstimate demand = new DemandEstimate();
    private final LoadHistory history;
    /** Of a limit on bytes: transfers take from there what flows in here. */
    private final @Nullable FlowQueue queue;

    private final RemoteDemands others = new RemoteDemands();

    // What decisions read.
    /** What this node may have kept at most; only turns set it. What is missing to it are the tokens. */
    private volatile double ceiling;

    private volatile boolean turnTaken;
    private volatile long turnedNanos;
    private volatile boolean alone;
    private volatile double tolerance;
    private volatile double chance = 1;
    private volatile long waitUntilNanos;

    // What turns work on.
    private Tuning tuning;
    private Share share = new Share(1, 1, 1, 1);
    private double level;
    private long chargedSeen;
    private long askedSaid;
    private long admittedSaid;
    private long admittedTold;
    private double demandTold;
    private long saidNanos;
    private long refilledNanos;
    private long sharedNanos;
    private double counted;
    private boolean small;
    private boolean outOfDate;
    private boolean stale;

    private static final VarHandle TURN_TAKEN;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            TURN_TAKEN = lookup.findVarHandle(Pacer.class, "turnTaken", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    Pacer(Ledger ledger, ClusterView cluster, @Nullable FlowQueue queue, long nowNanos) {
        this.ledger = ledger;
        this.cluster = cluster;
        this.turnNanos = cluster.pacing.intervalNanos() / TURNS;
        this.queue = queue;
        this.history = new LoadHistory(nowNanos);
        this.tuning = cluster.tuning(ledger.limit(), ledger.dimension.unit());
        this.level = queue == null ? tuning.levelMax() : Math.min(tuning.flow(), tuning.levelMax());
        this.chargedSeen = ledger.charged();
        this.admittedSaid = ledger.admitted();
        this.askedSaid = ledger.asked();
        this.saidNanos = nowNanos;
        this.refilledNanos = nowNanos;
        this.turnedNanos = nowNanos;
        this.ceiling = Double.MAX_VALUE;
        if (queue != null) {
            // Until it is divided below.
            this.share = new Share(tuning.perSecond(), tuning.perSecond(), tuning.perSecond(), 1);
        }
        share(nowNanos);
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
        if (odds < 1 && cluster.draw() >= odds) {
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
            double rate = tuning.gain() * share.perSecond();
            double most = small ? Math.max(rate, tuning.quantum() / tuning.blindSeconds()) : rate;
            return burst(ledger.meter().room(nowNanos), tuning.gain()) + most * seconds;
        } finally {
            endTurn();
        }
    }

    /**
     * How far all nodes together may go over the limit by what they don't know of each other, from how it is divided now:
     * the bound of decision 20 with the shares added up, which are the limit, and an even demand for what chance may
     * bring. It holds while the same nodes hear each other.
     */
    double excessBound(long nowNanos) {
        if (alone) {
            return 0;
        }
        awaitTurn();
        try {
            int live = cluster.membership().live();
            double quantum = tuning.quantum();
            double expected = tuning.flow() / live;
            double chancy = quantum + expected + 3 * Math.sqrt(expected * quantum) + POISSON_SKEW * quantum;
            double room = queue == null ? ledger.meter().room(nowNanos) : 0;
            double saved = Math.max(room, tuning.flow()) + live * (room > 0 ? chancy : quantum);
            double unheardSeconds = tuning.blindSeconds() + 0.1e-9 * cluster.pacing.intervalNanos();
            double rate = tuning.gain() * share.limitPerSecond() + (small ? live * quantum / tuning.blindSeconds() : 0);
            return tuning.tolerance() + saved + rate * unheardSeconds;
        } finally {
            endTurn();
        }
    }

    /** How far above the window this node may go. */
    double windowTolerance() {
        return alone ? 0 : tolerance;
    }

    // ---- turns ----

    void turnIfDue(long nowNanos) {
        if (nowNanos - turnedNanos >= turnNanos && tryTurn()) {
            try {
                turn(nowNanos);
            } finally {
                endTurn();
            }
        }
    }

    private boolean tryTurn() {
        return !turnTaken && TURN_TAKEN.compareAndSet(this, false, true);
    }

    private void endTurn() {
        TURN_TAKEN.setRelease(this, false);
    }

    private void awaitTurn() {
        while (!tryTurn()) {
            Thread.onSpinWait();
        }
    }

    private void turn(long nowNanos) {
        turnedNanos = nowNanos;
        long intervalNanos = cluster.pacing.intervalNanos();
        long ageNanos = nowNanos - saidNanos;
        if (ageNanos >= intervalNanos / 10 && isSurprise(ageNanos * 1e-9)) {
            cluster.surprise(ledger.account);
        }
        if (outOfDate && nowNanos - sharedNanos >= intervalNanos / 8) {
            share(nowNanos);
        } else {
            refill(nowNanos);
        }
    }

    private boolean isSurprise(double seconds) {
        boolean waits = queue != null && queue.hasWaited() && demand.said() < NEARLY * share.limitPerSecond();
        return waits || demand.isSurprise(ledger.asked() - askedSaid, seconds, tuning.quantum());
    }

    /** Measures the demand of the time since the last call; true: there is something that others should hear. */
    boolean tick(long nowNanos) {
        awaitTurn();
        try {
            double seconds = (nowNanos - saidNanos) * 1e-9;
            if (seconds >= cluster.pacing.intervalNanos() * 0.1e-9) {
                long asked = ledger.asked();
                long admitted = ledger.admitted();
                history.admitted(admitted - admittedSaid);
                demand.measure(asked - askedSaid, seconds, tuning.quantum(), leastDemand());
                stale = others.anyUnheardSince(nowNanos - tuning.staleNanos());
                askedSaid = asked;
                admittedSaid = admitted;
                saidNanos = nowNanos;
                share(nowNanos);
            }
            return isNews();
        } finally {
            endTurn();
        }
    }

    /** Transfers that wait take whatever they get: what they would take is unknown, and no less than the limit. */
    private double leastDemand() {
        if (queue == null || !queue.hasWaited()) {
            return 0;
        }
        queue.measured();
        return share.limitPerSecond();
    }

    /** More than a fiftieth of an even share is unsaid: less would not change what the others do. */
    private boolean isNews() {
        double worth = 0.02 * tuning.perSecond() / cluster.membership().known();
        long admitted = ledger.admitted();
        if (admitted - admittedTold < worth && Math.abs(demand.said() - demandTold) < worth) {
            return false;
        }
        boolean differs = admitted != admittedTold || demand.said() != demandTold;
        admittedTold = admitted;
        demandTold = demand.said();
        return differs;
    }

    /** What others are told of the demand here. */
    double saidDemand() {
        awaitTurn();
        try {
            return demand.said();
        } finally {
            endTurn();
        }
    }

    /** Another node has told what it wants, and that it admitted so much more, which is about to be charged. */
    void hear(RemoteNode from, double demandPerSecond, long admittedMore, long nowNanos) {
        awaitTurn();
        try {
            refill(nowNanos, admittedMore);
            others.put(from, demandPerSecond);
            history.admittedElsewhere(admittedMore);
            outOfDate = true;
        } finally {
            endTurn();
        }
    }

    /** The limit or the cluster has changed. */
    void changed(long nowNanos) {
        awaitTurn();
        try {
            tuning = cluster.tuning(ledger.limit(), ledger.dimension.unit());
            share(nowNanos);
        } finally {
            endTurn();
        }
    }

    /** Divides the limit anew. */
    private void share(long nowNanos) {
        refill(nowNanos);
        Membership membership = cluster.membership();
        alone = membership.live() <= 1;
        others.dropGone();
        double limit = tuning.perSecond() * ledger.fraction();
        double idlePart = ledger.limit().sharing() == Sharing.PACED
                ? history.part(membership.live(), tuning.perSecond(), nowNanos)
                : 1;
        double mine = demand.mine();
        // Demand that the others haven't heard of has the part of an idle limit only.
        boolean unheard = ledger.asked() > askedSaid || demand.said() > mine;
        counted = unheard ? Math.max(mine, limit * idlePart) : mine;
        share = Share.of(limit, counted, others, idlePart);
        small = queue == null
                && Math.min(share.levelPerSecond(), tuning.gain() * share.perSecond()) * tuning.blindSeconds()
                        < tuning.quantum();
        if (queue != null) {
            queue.changed(tuning.quantum(), share.perSecond());
        }
        outOfDate = false;
        sharedNanos = nowNanos;
        refill(nowNanos);
    }

    /** Lets the time since the last call flow in. */
    private void refill(long nowNanos) {
        refill(nowNanos, 0);
    }

    /** Likewise, before a charge of what another node admitted in the last interval. */
    private void refill(long nowNanos, long charge) {
        double seconds = Math.max(0, nowNanos - refilledNanos) * 1e-9;
        refilledNanos = Math.max(refilledNanos, nowNanos);
        Meter meter = ledger.meter();
        double room = meter.room(nowNanos);
        level = steering(room, seconds, charge);
        double gain = tuning.gain();
        double intervalsLeft = Math.max(0, Math.min(level / tuning.flow(), stale ? 1 : gain));
        double rate = Math.min(share.levelPerSecond() * intervalsLeft, gain * share.perSecond());
        if (small) {
            rate = Math.max(rate, tuning.quantum() / tuning.blindSeconds());
        }
        if (queue != null) {
            queue.flowIn(seconds * rate, savedUp(), rate);
            waitUntilNanos = nowNanos + (long) (Math.min(3600, levelSeconds() + queue.openSeconds(steady(rate))) * 1e9);
            return;
        }
        double burst = burst(room, intervalsLeft);
        // What is taken meanwhile is missing from the new tokens as it is from the old ones.
        long kept = ledger.kept();
        double after = alone ? burst : Math.min(burst, ceiling - kept + seconds * rate);
        ceiling = kept + after;
        publish(small ? Math.min(1, intervalsLeft * share.chance()) : 1, tolerance());
        if (after < 1 || chance < 1) {
            waitUntilNanos = nowNanos + waitNanos(after, rate);
        }
    }

    /** Mostly nothing has changed, and a volatile write costs more than looking. */
    private void publish(double newChance, double newTolerance) {
        if (chance != newChance) {
            chance = newChance;
        }
        if (tolerance != newTolerance) {
            tolerance = newTolerance;
        }
    }

    /** How many bytes may be saved up: of a bucket this node's share of it; else little, so that transfers flow evenly. */
    private double savedUp() {
        double most = tuning.steersByRoom() ? Math.max(level, tuning.flow()) : tuning.flow() / 2;
        return most * share.perSecond() / tuning.perSecond();
    }

    /**
     * How many tokens may be saved up: this node's share of what is left. While the limit isn't used up, at least what
     * chance may bring in a blind interval of the demand that all know of: small shares would refuse it else.
     */
    private double burst(double room, double intervalsLeft) {
        double expected = Math.min(counted, share.perSecond()) * tuning.blindSeconds();
        double quantum = tuning.quantum();
        double chancy = expected + 3 * Math.sqrt(expected * quantum) + POISSON_SKEW * quantum;
        double ease = Math.max(0, (intervalsLeft - 1) / (tuning.gain() - 1));
        return Math.max(share.weight() * Math.max(room, tuning.flow()), tuning.quantum() + ease * chancy);
    }

    /**
     * How far above the window this node may go: what the others are charged with here is late by half an interval, so
     * their part of the window is filled with what has left it already. Its own part is known exactly.
     */
    private double tolerance() {
        return tuning.tolerance() * (1 - share.weight() / 2);
    }

    private double steering(double room, double seconds, long charge) {
        if (tuning.steersByRoom()) {
            return room;
        }
        // Where the window is closed time passes unused. That isn't made up for once it opens: else all would run at
        // more than their shares then, and it would close again. Lots are no faster for it.
        double calm = tuning.levelCalm() + Math.max(0, Math.min(room, tuning.flow()));
        double top = small ? tuning.levelMax() : Math.min(tuning.levelMax(), calm);
        // What comes in a report was admitted over the last interval: only what flowed in before that is cut off.
        double before = top + (charge > 0 ? tuning.flow() : 0);
        long charged = ledger.charged() + charge;
        double next = Math.min(before, level + seconds * share.limitPerSecond()) - (charged - chargedSeen);
        chargedSeen = charged;
        if (queue != null) {
            // Nodes that began apart would else run at different speeds for ever, though all of them see the same.
            next += (tuning.flow() - next) * Math.min(1, seconds / AGREE_SECONDS);
        }
        return Math.max(Math.min(next, top), tuning.levelMin());
    }

    private long waitNanos(double tokensNow, double rate) {
        double missing = small ? 1 : Math.max(0, 1 - tokensNow);
        return (long) (Math.min(3600, levelSeconds() + missing / Math.max(steady(rate), EPSILON)) * 1e9);
    }

    /** Until the excess of all is worked off. */
    private double levelSeconds() {
        return Math.max(0, -level / share.limitPerSecond());
    }

    private double steady(double rate) {
        return small ? share.perSecond() : Math.max(rate, share.perSecond());
    }
}
