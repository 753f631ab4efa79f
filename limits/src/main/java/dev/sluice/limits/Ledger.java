package dev.sluice.limits;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * One dimension of one subject on this node: the meter of what the cluster used, the pacer that holds this node to its
 * share, and the cumulative count of what this node admitted, which is what the other nodes are told.
 */
final class Ledger {
    final Account account;
    final Dimension dimension;
    final LongAdder rejected = new LongAdder();
    final LongAdder wouldReject = new LongAdder();
    private final ClusterView cluster;
    private final LongAdder refused = new LongAdder();
    private final AtomicLong admitted = new AtomicLong();
    private final AtomicLong elsewhere = new AtomicLong();
    private volatile Limit limit;
    private volatile Meter meter;
    private volatile @Nullable Pacer pacer;
    private volatile @Nullable FlowQueue queue;
    /** Of a limit on requests in flight. */
    private final @Nullable SlotShares slots;

    /** Belongs to the thread that reports. */
    private long admittedTold;

    Ledger(Account account, Dimension dimension, Limit limit, ClusterView cluster, long nowNanos) {
        this.account = account;
        this.dimension = dimension;
        this.cluster = cluster;
        this.limit = limit;
        this.meter = Meter.of(effective(limit), cluster.epochOffsetNanos);
        this.slots = dimension.isGauge() ? new SlotShares(this, cluster, nowNanos) : null;
        pace(limit, nowNanos);
    }

    private void pace(Limit of, long nowNanos) {
        Pacer p = pacer;
        boolean held = isHeld(of);
        if (!held && !isPaced(of)) {
            pacer = null;
            queue = null;
        } else if (p == null || held != (queue != null)) {
            FlowQueue line = held ? new FlowQueue() : null;
            pacer = new Pacer(this, cluster, line, nowNanos);
            queue = line;
        } else {
            p.changed(nowNanos);
        }
    }

    private boolean isPaced(Limit of) {
        return of.sharing() == Sharing.PACED
                && of.meter() != MeterKind.SEED
                && of.amount() > 0
                && dimension.unit() == Dimension.Unit.OPERATIONS;
    }

    /** Whether transfers wait for it. One that only shadows holds nobody. */
    private boolean isHeld(Limit of) {
        return dimension.unit() == Dimension.Unit.BYTES
                && of.bytes() == ByteFlow.PACE
                && of.meter() != MeterKind.SEED
                && of.amount() > 0
                && of.onExceed() == OnExceed.REJECT;
    }

    /** The limit's part for the nodes that hear each other, or for this node alone where it doesn't look at others. */
    private Limit effective(Limit of) {
        return of.part(fraction(of));
    }

    private double fraction(Limit of) {
        Membership membership = cluster.membership();
        return switch (of.sharing()) {
            case PACED, NONE -> of.meter() == MeterKind.SEED ? 1 : membership.fraction();
            case STATIC -> 1.0 / membership.known();
            case LOCAL -> 1;
        };
    }

    /** The part of the limit that the nodes share which share it. */
    double fraction() {
        return fraction(limit);
    }

    Limit limit() {
        return limit;
    }

    /** Where transfers wait for their turn; null: nothing holds them. */
    @Nullable
    FlowQueue queue() {
        return queue;
    }

    /** How many transfers wait here. */
    int waiting() {
        FlowQueue line = queue;
        return line == null ? 0 : line.waiting();
    }

    /** Lets flow in what is due to transfers. */
    void flowIn(long nowNanos) {
        Pacer p = pacer;
        if (p != null) {
            p.turnIfDue(nowNanos);
        }
    }

    Meter meter() {
        return meter;
    }

    /** Cumulative, or for a gauge the requests in flight now. Never negative. */
    long admitted() {
        return admitted.get();
    }

    /** What was asked of this limit on this node: what it admitted and what it refused. */
    long asked() {
        return admitted.get() + refused.sum();
    }

    /** What was charged by this node and others. */
    long charged() {
        return admitted.get() + elsewhere.get();
    }

    boolean hasRoom(long cost, long nowNanos) {
        if (slots != null) {
            return slots.hasRoom() && slots.isFree(meter.hasRoom(cost, 0, nowNanos));
        }
        Pacer p = pacer;
        return p != null ? p.hasRoom(cost, nowNanos) : meter.hasRoom(cost, 0, nowNanos);
    }

    /** Takes {@code cost} of the meter that was read, if there is room. */
    boolean tryTake(Meter of, long cost, long nowNanos) {
        if (slots != null) {
            return slots.hasRoom() && slots.isFree(of.tryCharge(cost, 0, nowNanos));
        }
        Pacer p = pacer;
        return p != null ? p.tryTake(of, cost, nowNanos) : of.tryCharge(cost, 0, nowNanos);
    }

    /** Gives back what {@link #tryTake} took of that meter. */
    void refund(Meter of, long cost, long chargedNanos, long nowNanos) {
        of.refund(cost, chargedNanos, nowNanos);
        Pacer p = pacer;
        if (p != null) {
            p.refund(cost);
        }
    }

    /** A request found no room here. */
    void refuse() {
        FlowQueue line = queue;
        refused.add(line == null ? 1 : line.meanBytes());
    }

    /** Until there is room again, as far as is known; 0: there is. */
    long waitNanos(long nowNanos) {
        Pacer p = pacer;
        if (slots != null) {
            return Math.max(meter.waitNanos(nowNanos), slots.waitNanos());
        }
        if (p == null) {
            return meter.waitNanos(nowNanos);
        }
        if (queue != null) {
            return p.waitNanos(nowNanos);
        }
        long byMeter = meter.hasRoom(1, p.windowTolerance(), nowNanos) ? 0 : meter.waitNanos(nowNanos);
        return Math.max(byMeter, p.waitNanos(nowNanos));
    }

    /** How much this node may admit in that time if it hears nothing; 0: nothing holds it to a share. */
    double blind(double seconds, long nowNanos) {
        Pacer p = pacer;
        return p == null ? 0 : p.blind(seconds, nowNanos);
    }

    /** An admission that was reserved in the meter is now a fact to tell the others. */
    void commit(long amount) {
        admitted.addAndGet(amount);
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
            p.hear(from, limit.sharing() == Sharing.PACED ? demandPerSecond : 0, amount, nowNanos);
        }
        if (slots != null) {
            slots.hear(from, demandPerSecond, nowNanos);
        }
        if (amount != 0) {
            meter.charge(amount, nowNanos);
            elsewhere.addAndGet(amount);
        }
    }

    /** To be called at each report, by one thread; true: there is news of this ledger. */
    boolean tick(long nowNanos) {
        Pacer p = pacer;
        if (p != null) {
            return p.tick(nowNanos);
        }
        boolean news = admitted.get() != admittedTold;
        admittedTold = admitted.get();
        if (slots != null) {
            double before = slots.said();
            slots.tick(nowNanos);
            news |= slots.said() != before;
        }
        return news;
    }

    /** The demand that others are told; 0 where nobody needs it. */
    double saidDemand() {
        if (slots != null) {
            return slots.said();
        }
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
        if (slots != null) {
            slots.changed(nowNanos);
        }
    }

    /** Changes the limit and keeps what was charged. */
    void change(Limit newLimit, long nowNanos) {
        if (newLimit.equals(limit)) {
            return;
        }
        limit = newLimit;
        adopt(effective(newLimit), nowNanos);
        pace(newLimit, nowNanos);
        if (slots != null) {
            slots.changed(nowNanos);
        }
    }

    /** Nothing limits this any more: transfers that it held go on. */
    void lift() {
        queue = null;
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
