package dev.sluice.limits;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One dimension of one subject on this node: the meter of what the cluster used, the pacer that holds this node to its
 * share, and the cumulative count of what this node took, which is what the other nodes are told.
 *
 * <p>What is taken for a request that doesn't reach RGW after all is given back, and the count that is told never falls:
 * it then stands still until it is caught up with. So one compare-and-set takes a token of the share, counts what others
 * are told, and keeps two threads from the last unit. The counters are fields, not objects: a subject that was not used
 * for a while costs fewer cache misses.
 */
final class Ledger {
    final Account account;
    final Dimension dimension;
    private final ClusterView cluster;
    private volatile long taken;
    private volatile long givenBack;
    private volatile long told;
    private volatile long elsewhere;
    private volatile long refused;
    private volatile long rejected;
    private volatile long wouldReject;
    private volatile Limit limit;
    private volatile Meter meter;
    private volatile @Nullable Pacer pacer;
    /** Belongs to the thread that reports. */
    private long admittedTold;

    private static final VarHandle TAKEN = handle("taken");
    private static final VarHandle GIVEN_BACK = handle("givenBack");
    private static final VarHandle TOLD = handle("told");
    private static final VarHandle ELSEWHERE = handle("elsewhere");
    private static final VarHandle REFUSED = handle("refused");
    private static final VarHandle REJECTED = handle("rejected");
    private static final VarHandle WOULD_REJECT = handle("wouldReject");

    private static VarHandle handle(String field) {
        try {
            return MethodHandles.lookup().findVarHandle(Ledger.class, field, long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    Ledger(Account account, Dimension dimension, Limit limit, ClusterView cluster, long nowNanos) {
        this.account = account;
        this.dimension = dimension;
        this.cluster = cluster;
        this.limit = limit;
        this.meter = Meter.of(effective(limit), cluster.epochOffsetNanos);
        this.pacer = isPaced(limit) ? new Pacer(this, cluster, nowNanos) : null;
    }

    private boolean isPaced(Limit of) {
        return of.sharing() == Sharing.PACED
                && of.meter() != MeterKind.SEED
                && of.amount() > 0
                && dimension.unit() == Dimension.Unit.OPERATIONS;
    }

    /** The limit's part for the nodes that hear each other, or for this node alone where it doesn't look at others. */
    private Limit effective(Limit of) {
        Membership membership = cluster.membership();
        return switch (of.sharing()) {
            case PACED, NONE -> of.meter() == MeterKind.SEED ? of : of.part(membership.fraction());
            case STATIC -> of.part(1.0 / membership.known());
            case LOCAL -> of;
        };
    }

    Limit limit() {
        return limit;
    }

    Meter meter() {
        return meter;
    }

    /** What this node took and keeps; a gauge: what is in flight. */
    long kept() {
        return taken - givenBack;
    }

    /** What others are told: cumulative, and never falling; for a gauge the requests in flight now. Never negative. */
    long admitted() {
        long now = kept();
        if (dimension.isGauge()) {
            return now;
        }
        long before = told;
        while (now > before && !TOLD.compareAndSet(this, before, now)) {
            before = told;
        }
        return Math.max(now, before);
    }

    /** What was asked of this limit on this node: what it admitted and what it refused. */
    long asked() {
        return kept() + refused;
    }

    /** What was charged by this node and others. */
    long charged() {
        return kept() + elsewhere;
    }

    boolean hasRoom(long cost, long nowNanos) {
        Pacer p = pacer;
        return p != null ? p.hasRoom(cost, nowNanos) : meter.hasRoom(cost, 0, nowNanos);
    }

    /** Takes {@code cost} of the meter that was read, if there is room. */
    boolean tryTake(Meter of, long cost, long nowNanos) {
        Pacer p = pacer;
        if (p != null && p.isPacing(nowNanos)) {
            return p.tryTake(of, cost, nowNanos);
        }
        if (!of.tryCharge(cost, 0, nowNanos)) {
            return false;
        }
        // Requests in flight are told once they are on their way to RGW.
        if (cost != 0 && !dimension.isGauge()) {
            TAKEN.getAndAdd(this, cost);
        }
        return true;
    }

    /** Counts {@code cost} as taken if one more than is kept fits below the ceiling. */
    boolean takeBelow(double ceiling, long cost) {
        while (true) {
            long now = taken;
            if (now - givenBack + 1 > ceiling) {
                return false;
            }
            if (cost == 0 || TAKEN.compareAndSet(this, now, now + cost)) {
                return true;
            }
        }
    }

    void giveBack(long cost) {
        GIVEN_BACK.getAndAdd(this, cost);
    }

    /** Gives back what {@link #tryTake} took of that meter. */
    void refund(Meter of, long cost, long chargedNanos, long nowNanos) {
        of.refund(cost, chargedNanos, nowNanos);
        if (!dimension.isGauge()) {
            giveBack(cost);
        }
    }

    /** A request found no room here. */
    void refuse() {
        REFUSED.getAndAdd(this, 1L);
    }

    /** A request was rejected, and this limit is the one that it is told of. */
    void reject() {
        REJECTED.getAndAdd(this, 1L);
    }

    /** A request found no room here and was let through: a shadow limit. */
    void wouldReject() {
        WOULD_REJECT.getAndAdd(this, 1L);
    }

    long rejectedCount() {
        return rejected;
    }

    long wouldRejectCount() {
        return wouldReject;
    }

    /** Until there is room again, as far as is known; 0: there is. */
    long waitNanos(long nowNanos) {
        Pacer p = pacer;
        if (p == null) {
            return meter.waitNanos(nowNanos);
        }
        long byMeter = meter.hasRoom(1, p.windowTolerance(), nowNanos) ? 0 : meter.waitNanos(nowNanos);
        return Math.max(byMeter, p.waitNanos(nowNanos));
    }

    /** How much this node may admit in that time if it hears nothing; 0: nothing holds it to a share. */
    double blind(double seconds, long nowNanos) {
        Pacer p = pacer;
        return p == null ? 0 : p.blind(seconds, nowNanos);
    }

    /** What was not taken before it happened, to tell the others: bytes; requests that begin or end being in flight. */
    void commit(long amount) {
        TAKEN.getAndAdd(this, amount);
    }

    /** Bytes of a running transfer. */
    void charge(long amount, long nowNanos) {
        meter.charge(amount, nowNanos);
    }

    /** What another node admitted, and what it wants. */
    void hear(RemoteNode from, long amount, double demandPerSecond, long nowNanos) {
        if (!limit.sharing().countsOthers()) {
            return;
        }
        Pacer p = pacer;
        if (p != null) {
            p.hear(from, demandPerSecond, amount, nowNanos);
        }
        if (amount != 0) {
            meter.charge(amount, nowNanos);
            ELSEWHERE.getAndAdd(this, amount);
        }
    }

    /** To be called at each report, by one thread; true: there is news of this ledger. */
    boolean tick(long nowNanos) {
        Pacer p = pacer;
        if (p != null) {
            return p.tick(nowNanos);
        }
        long admitted = admitted();
        boolean news = admitted != admittedTold;
        admittedTold = admitted;
        return news;
    }

    /** The demand that others are told; 0 where nobody needs it. */
    double saidDemand() {
        Pacer p = pacer;
        return p == null ? 0 : p.saidDemand();
    }

    /** The cluster has changed. One caller at a time, as for {@link #change}. */
    void clusterChanged(long nowNanos) {
        adopt(effective(limit), nowNanos);
        Pacer p = pacer;
        if (p != null) {
            p.changed(nowNanos);
        }
    }

    /** Changes the limit and keeps what was charged. */
    void change(Limit newLimit, long nowNanos) {
        if (newLimit.equals(limit)) {
            return;
        }
        limit = newLimit;
        adopt(effective(newLimit), nowNanos);
        Pacer p = pacer;
        if (!isPaced(newLimit)) {
            pacer = null;
        } else if (p == null) {
            pacer = new Pacer(this, cluster, nowNanos);
        } else {
            p.changed(nowNanos);
        }
    }

    private void adopt(Limit next, long nowNanos) {
        Meter old = meter;
        if (!old.adopt(next, nowNanos)) {
            Meter fresh = Meter.of(next, cluster.epochOffsetNanos);
            fresh.charge(old.used(nowNanos), nowNanos);
            meter = fresh;
        }
    }
}
