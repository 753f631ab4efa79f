package dev.sluice.limits.admission;

import dev.sluice.limits.meter.Meter;
import dev.sluice.limits.model.ByteRateLimit;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.OperationRateLimit;
import dev.sluice.limits.model.RateLimit;
import dev.sluice.limits.model.Sharing;
import dev.sluice.limits.pacing.RemoteNode;
import org.jspecify.annotations.Nullable;

/**
 * One dimension of one subject on this node: the meter of what the cluster used, the pacer that holds this node to its
 * share, and the cumulative count of what this node took, which is what the other nodes are told.
 */
public final class Ledger extends UsageCounters implements RemoteUsageSink {
    private static final long NOT_CALM = Long.MIN_VALUE;

    final Account account;
    final Dimension dimension;
    private final ClusterView cluster;
    /** While this node keeps no more than that, decisions ask no pacer. */
    private volatile long calmUpTo = NOT_CALM;

    /** Whether the last request that asked was refused. */
    private volatile boolean tight;

    private volatile Limit limit;
    private volatile Meter meter;
    private volatile @Nullable Pacer pacer;
    private volatile @Nullable TransferQueue queue;
    /** Whether what is told to this is lost. */
    private volatile boolean left;
    /** Where there is no pacer, who knows it better. */
    private volatile long heardNanos;
    /** Of a limit on requests in flight. */
    private final @Nullable ConcurrencyShares slots;

    /** The most that was seen used beyond what the limit has room for; the thread that reports writes it. */
    private volatile long largestExcess;

    Ledger(Account account, Dimension dimension, Limit limit, ClusterView cluster, long nowNanos) {
        super(nowNanos);
        this.account = account;
        this.dimension = dimension;
        this.cluster = cluster;
        this.limit = limit;
        this.meter = Meter.of(effective(limit), cluster.epochOffsetNanos);
        this.heardNanos = nowNanos;
        this.slots = dimension.isGauge() ? new ConcurrencyShares(this, cluster, nowNanos) : null;
        pace(limit, nowNanos);
    }

    private void pace(Limit of, long nowNanos) {
        Pacer p = pacer;
        boolean held = holdsTransfers(of);
        settle(nowNanos);
        if (!held && !pacesRequests(of)) {
            disturb();
            pacer = null;
            queue = null;
        } else if (p == null || held != (queue != null)) {
            TransferQueue line = held ? new TransferQueue() : null;
            pacer = new Pacer(this, cluster, line, nowNanos);
            queue = line;
        } else {
            p.changed(nowNanos);
        }
    }

    private static boolean holdsTransfers(Limit of) {
        return of instanceof ByteRateLimit bytes && bytes.holdsTransfers();
    }

    private static boolean pacesRequests(Limit of) {
        return of instanceof OperationRateLimit operations && operations.isPaced();
    }

    /** How nodes share it; requests in flight are always shared out. */
    private static Sharing sharing(Limit of) {
        return of instanceof RateLimit rate ? rate.rate().sharing() : Sharing.PACED;
    }

    /** The limit's part for the nodes that hear each other, or for this node alone where it doesn't look at others. */
    private Limit effective(Limit of) {
        return of.part(of.fraction(cluster.membership()));
    }

    /** The part of the limit that the nodes share which share it. */
    double fraction() {
        return limit.fraction(cluster.membership());
    }

    Limit limit() {
        return limit;
    }

    /** The limit of what is paced. */
    RateLimit rateLimit() {
        return (RateLimit) limit;
    }

    /** Where transfers wait for their turn; null: nothing holds them. */
    @Nullable
    TransferQueue queue() {
        return queue;
    }

    /** How many transfers wait here. */
    int waiting() {
        TransferQueue line = queue;
        return line == null ? 0 : line.waiting();
    }

    /** Lets flow in what is due to transfers. */
    void flowIn(long nowNanos) {
        Pacer p = pacer;
        if (p != null) {
            p.turnIfDue(nowNanos);
        }
    }

    public Meter meter() {
        return meter;
    }

    /** What others are told: cumulative, and never falling; for a gauge the requests in flight now. Never negative. */
    long admitted() {
        return dimension.isGauge() ? kept() : neverFalling();
    }

    boolean hasRoom(long cost, long nowNanos) {
        if (slots != null) {
            return slots.hasRoom() && slots.isFree(meter.hasRoom(cost, 0, nowNanos));
        }
        if (owedNanos(nowNanos) > 0) {
            return false;
        }
        Pacer p = pacer;
        return p != null ? p.hasRoom(cost, nowNanos) : meter.hasRoom(cost, 0, nowNanos);
    }

    /** Whether it is worth looking for room before anything is taken: those who refuse mostly go on to. */
    boolean isTight() {
        return tight;
    }

    /** Takes {@code cost} of the meter that was read, if there is room. */
    boolean tryTake(Meter of, long cost, long nowNanos) {
        if (!takes(of, cost, nowNanos)) {
            return false;
        }
        if (tight) {
            tight = false;
        }
        return true;
    }

    private boolean takes(Meter of, long cost, long nowNanos) {
        if (slots != null) {
            return slots.hasRoom() && slots.isFree(of.tryCharge(cost, 0, nowNanos));
        }
        if (owedNanos(nowNanos) > 0) {
            return false;
        }
        if (takesCalmly(of, cost, nowNanos)) {
            return true;
        }
        Pacer p = pacer;
        TransferQueue line = queue;
        if (p != null && line != null) {
            p.turnIfDue(nowNanos);
            return line.isOpen();
        }
        if (p != null && p.isPacing(nowNanos)) {
            return p.tryTake(of, cost, nowNanos);
        }
        if (!of.tryCharge(cost, 0, nowNanos)) {
            return false;
        }
        // Requests in flight are told once they are on their way to RGW.
        if (cost != 0 && !dimension.isGauge()) {
            commit(cost);
        }
        return true;
    }

    /** Of what nobody is near to having used up: it touches nothing that those write who hear of others. */
    private boolean takesCalmly(Meter of, long cost, long nowNanos) {
        long most = calmUpTo;
        if (most == NOT_CALM || !takeBelow((double) most, cost)) {
            return false;
        }
        if (of.tryCharge(cost, 0, nowNanos)) {
            return true;
        }
        giveBack(cost);
        return false;
    }

    /** Decisions ask no pacer until this node keeps so much, or until {@link #disturb}. In the pacer's turn. */
    void calmUpTo(long kept) {
        calmUpTo = kept;
    }

    /** Decisions ask the pacer. In its turn. */
    void disturb() {
        if (calmUpTo != NOT_CALM) {
            calmUpTo = NOT_CALM;
        }
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
        if (!tight) {
            tight = true;
        }
        TransferQueue line = queue;
        countRefused(line == null ? 1L : line.meanBytes());
    }

    /** Until there is room again, as far as is known; 0: there is. */
    long waitNanos(long nowNanos) {
        return Math.max(owedNanos(nowNanos), roomWaitNanos(nowNanos));
    }

    private long roomWaitNanos(long nowNanos) {
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

    /**
     * A request that was admitted as one operation is so many more. They are charged at once, and what there was no room
     * for has to be paid, at the limit's rate, before this node admits another.
     */
    void owe(long operations, long nowNanos) {
        Limit now = effective(limit);
        double missing = operations - Math.max(0, meter.room(nowNanos));
        meter.charge(operations, nowNanos);
        commit(operations);
        if (missing > 0 && now.amount() > 0) {
            payLater((long) (missing / now.amount() * now.periodNanos()), nowNanos);
        }
    }

    /** Bytes of a running transfer. */
    void charge(long amount, long nowNanos) {
        meter.charge(amount, nowNanos);
    }

    /** Whether the account still has it, and is still in the table. */
    @Override
    public boolean isCurrent() {
        return !left;
    }

    @Override
    public void applyRemote(RemoteNode from, long amount, double demandPerSecond, long nowNanos) {
        if (!sharing(limit).countsOthers()) {
            return;
        }
        Pacer p = pacer;
        if (p != null) {
            p.applyRemote(from, sharing(limit) == Sharing.PACED ? demandPerSecond : 0, amount, nowNanos);
            return;
        }
        if (slots != null) {
            slots.applyRemote(from, demandPerSecond, nowNanos);
        }
        if (amount != 0) {
            heardNanos = nowNanos;
            chargeElsewhere(amount, nowNanos);
        }
    }

    /** When others were last heard to have used it, or shortly before. */
    long heardNanos() {
        Pacer p = pacer;
        return p == null ? heardNanos : p.notedNanos();
    }

    @Override
    public long fetch() {
        Pacer p = pacer;
        return p == null ? elsewhere() : p.fetch();
    }

    /** As {@link Account#fetchAll}. */
    long fetchAll() {
        Pacer p = pacer;
        return kept() + meter.fetch() + (p == null ? 0 : p.fetchAll());
    }

    /** Charges what other nodes admitted. */
    void chargeElsewhere(long amount, long nowNanos) {
        meter.charge(amount, nowNanos);
        countElsewhere(amount);
    }

    /** Charges what was heard and only noted so far, for who looks at the meter. */
    void settle(long nowNanos) {
        Pacer p = pacer;
        if (p != null) {
            p.settle(nowNanos);
        }
    }

    /** Measures the demand since the last call. Called by the thread that reports. */
    void measure(long nowNanos) {
        Pacer p = pacer;
        if (p != null) {
            p.measure(nowNanos);
            noteExcess(nowNanos);
        } else if (slots != null) {
            slots.measure(nowNanos);
        }
    }

    /** As {@link LocalUsage#evenShare}. */
    double evenShare() {
        Pacer p = pacer;
        return p == null ? 0 : p.evenShare();
    }

    /** As {@link LocalUsage#isFarBelowLimit}. */
    boolean isFarBelowLimit() {
        Pacer p = pacer;
        return p != null && p.isFarBelowLimit();
    }

    /** As {@link LocalUsage#countReported}. */
    void countReported(long amount) {
        Pacer p = pacer;
        if (p != null) {
            p.countReported(amount);
        }
    }

    /** Whether nothing would be done otherwise if it were measured a few reports later; as of the last {@link #measure}. */
    boolean isResting() {
        Pacer p = pacer;
        return p != null && p.isResting();
    }

    /** What many deletes in one request owe is no excess: it is paid. */
    private void noteExcess(long nowNanos) {
        long excess = meter.used(nowNanos) - capacity();
        if (excess > largestExcess && owedNanos(nowNanos) <= 0) {
            largestExcess = excess;
            cluster.noteExcess((double) excess / capacity());
        }
    }

    /** As {@link Limit#capacity}. */
    long capacity() {
        return limit.capacity();
    }

    /** By how much the limit was exceeded at most, as seen from here, since this node came to know the subject. */
    long largestExcess() {
        return largestExcess;
    }

    /** By how much it may be exceeded by what sidecars don't know of each other; 0 where nothing is shared out. */
    double excessBound(long nowNanos) {
        Pacer p = pacer;
        return p == null ? 0 : p.excessBound(nowNanos);
    }

    /** As {@link LocalUsage#demand}. */
    double demand() {
        if (slots != null) {
            return slots.said();
        }
        Pacer p = pacer;
        return p == null ? 0 : p.demand();
    }

    /** The cluster has changed. One caller at a time, as for {@link #change}. */
    void clusterChanged(long nowNanos) {
        settle(nowNanos);
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
        settle(nowNanos);
        limit = newLimit;
        adopt(effective(newLimit), nowNanos);
        pace(newLimit, nowNanos);
        if (slots != null) {
            slots.changed(nowNanos);
        }
    }

    /** Nothing limits this any more: transfers that it held go on. */
    void lift() {
        leave();
        queue = null;
    }

    /** Nobody finds it any more. */
    void leave() {
        left = true;
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
