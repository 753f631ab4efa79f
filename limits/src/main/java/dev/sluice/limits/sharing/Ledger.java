package dev.sluice.limits.sharing;

import dev.sluice.limits.meter.Meter;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.RateLimit;
import dev.sluice.limits.model.Sharing;
import dev.sluice.limits.pacing.RemoteNode;
import org.jspecify.annotations.Nullable;

/**
 * One dimension of one subject on this node: the limit, the meter of what the cluster used, the {@link LimitSharing} that
 * holds this node to its part, and the cumulative count of what this node took, which is reported to the other nodes.
 * Thread-safe. {@link #change} and {@link #updateMembership} have one caller at a time.
 */
public final class Ledger extends UsageCounters implements RemoteUsageSink {
    private static final long NO_FAST_PATH = Long.MIN_VALUE;

    private final LedgerOwner owner;
    private final Dimension dimension;
    private final ClusterView cluster;
    /** While this node keeps no more than that, decisions don't ask the sharing. */
    private volatile long fastPathUpTo = NO_FAST_PATH;

    private volatile Limit limit;
    private volatile Meter meter;
    private volatile LimitSharing sharing;
    private volatile boolean detached;
    /** The most that was seen used beyond what the limit has room for; the thread that reports writes it. */
    private volatile long largestExcess;

    /** A ledger of a subject that nothing was charged to yet. */
    public Ledger(LedgerOwner owner, Dimension dimension, Limit limit, ClusterView cluster, long nowNanos) {
        super(nowNanos);
        this.owner = owner;
        this.dimension = dimension;
        this.cluster = cluster;
        this.limit = limit;
        this.meter = Meter.of(limit.part(limit.fraction(cluster.membership())), cluster.epochOffsetNanos);
        this.sharing = new UnsharedLimit(this, nowNanos);
        share(nowNanos);
    }

    /** Gives the limit the sharing that it needs, and keeps the one that it has where that is of the same kind. */
    private void share(long nowNanos) {
        settle(nowNanos);
        SharingKind kind = SharingKind.of(limit, cluster);
        LimitSharing current = sharing;
        if (kind.suits(current)) {
            current.update(nowNanos);
        } else {
            leaveFastPath();
            sharing = kind.create(this, cluster, nowNanos);
            // What was received meanwhile; applyRemote settles what is received from here on.
            current.settle(nowNanos);
        }
    }

    /** The subject that this counts for. */
    public LedgerOwner owner() {
        return owner;
    }

    /** What this counts. */
    public Dimension dimension() {
        return dimension;
    }

    /** The limit of the whole cluster. */
    public Limit limit() {
        return limit;
    }

    /** The limit, where it is a rate. */
    RateLimit rateLimit() {
        return (RateLimit) limit;
    }

    /** Whether nodes are held to shares of it; requests in flight always are. */
    boolean isPaced() {
        return !(limit instanceof RateLimit rate) || rate.rate().sharing() == Sharing.PACED;
    }

    /** The part of the limit that the nodes which reach each other may admit together. */
    public double fraction() {
        return limit.fraction(cluster.membership());
    }

    /** {@link Limit#capacity}. */
    public long capacity() {
        return limit.capacity();
    }

    /** The meter of what the cluster used, as far as this node knows. */
    public Meter meter() {
        return meter;
    }

    /** Whether {@link #tryTake} would find room now. */
    public boolean hasRoom(long cost, long nowNanos) {
        return deferredNanos(nowNanos) <= 0 && sharing.hasRoom(cost, nowNanos);
    }

    /** Takes {@code cost} of the meter that was read, if there is room. */
    public boolean tryTake(Meter of, long cost, long nowNanos) {
        if (deferredNanos(nowNanos) > 0 || !(tryFastPath(of, cost, nowNanos) || sharing.tryTake(of, cost, nowNanos))) {
            return false;
        }
        recentlyRejecting(false);
        followMeter(of, cost, nowNanos);
        return true;
    }

    /** While no node is near the limit, this touches nothing that the sync threads write. */
    private boolean tryFastPath(Meter of, long cost, long nowNanos) {
        long most = fastPathUpTo;
        // All of a call for many tokens.
        if (most == NO_FAST_PATH || !takeBelow((double) most - Math.max(0, cost - 1), cost)) {
            return false;
        }
        if (of.tryCharge(cost, 0, nowNanos)) {
            return true;
        }
        giveBack(cost);
        return false;
    }

    /** Charges the meter and counts what is reported, without regard to shares. */
    boolean tryCharge(Meter of, long cost, long nowNanos) {
        boolean isCharged = of.tryCharge(cost, 0, nowNanos);
        if (isCharged && cost != 0) {
            commit(cost);
        }
        return isCharged;
    }

    /** Decisions don't ask the sharing until this node keeps so much, or until {@link #leaveFastPath}. */
    void enterFastPath(long kept) {
        fastPathUpTo = kept;
    }

    /** Decisions ask the sharing. */
    void leaveFastPath() {
        if (fastPathUpTo != NO_FAST_PATH) {
            fastPathUpTo = NO_FAST_PATH;
        }
    }

    /** Gives back what {@link #tryTake} took of that meter. */
    public void refund(Meter of, long cost, long chargedNanos, long nowNanos) {
        meter.refund(cost, chargedNanos, nowNanos);
        if (!dimension.isGauge()) {
            giveBack(cost);
        }
    }

    /** {@link #waitNanos(long, long)} of one operation. */
    public long waitNanos(long nowNanos) {
        return waitNanos(1, nowNanos);
    }

    /**
     * Until this node would admit a request of that cost, if no other comes: until deferred charges are paid, the cluster
     * has room, and this node its part of it. 0: now; {@link Meter#NEVER}: the limit is 0. Asking changes nothing.
     */
    public long waitNanos(long cost, long nowNanos) {
        return Math.max(deferredNanos(nowNanos), sharing.waitNanos(cost, nowNanos));
    }

    /** When a refused request that has to wait so long should return, from now: {@link LimitSharing#returnNanos}. */
    public long returnNanos(long waitNanos, long nowNanos) {
        return sharing.returnNanos(waitNanos, cluster.random(), nowNanos);
    }

    /**
     * A request that was admitted as one operation is so many more. They are charged at once. What there was no room for
     * defers the next admission on this node, until the limit's rate has paid for it.
     */
    public void deferCharge(long operations, long nowNanos) {
        Limit now = effective();
        double missing = operations - Math.max(0, meter.room(nowNanos));
        charge(operations, nowNanos);
        commit(operations);
        if (missing > 0 && now.amount() > 0) {
            defer((long) (missing / now.amount() * now.periodNanos()), nowNanos);
        }
    }

    @Override
    ClusterView.RejectionCounters.OfKind ofKind() {
        return cluster.rejections().of(owner.scope(), dimension);
    }

    @Override
    RequestQueue newRequestQueue() {
        return new RequestQueue(this, cluster.pacing.intervalNanos());
    }

    @Override
    long refusedUnits() {
        return sharing.refusedUnits();
    }

    /** The queue in which transfers wait; null where nothing holds them. */
    public @Nullable TransferQueue queue() {
        return sharing.queue();
    }

    /** How many transfers wait here. */
    public int waiting() {
        TransferQueue current = queue();
        return current == null ? 0 : current.waiting();
    }

    /** Lets in what is due to transfers. */
    public void maintainIfDue(long nowNanos) {
        sharing.maintainIfDue(nowNanos);
    }

    /** Charges bytes of a running transfer, and counts them as admitted here. */
    public void chargeMoved(long bytes, long nowNanos) {
        charge(bytes, nowNanos);
        commit(bytes);
    }

    @Override
    public boolean isCurrent() {
        return !detached;
    }

    @Override
    public long applyRemote(RemoteNode from, long amount, double demandPerSecond, long nowNanos) {
        Limit of = limit;
        if (of instanceof RateLimit rate && !rate.rate().sharing().countsOthers()) {
            return 0;
        }
        long charged = amount <= of.capacity() ? amount : Math.min(amount, from.chargedMax(of));
        LimitSharing current = sharing;
        current.applyRemote(from, isPaced() ? demandPerSecond : 0, charged, nowNanos);
        if (current != sharing) {
            current.settle(nowNanos);
        }
        return amount - charged;
    }

    @Override
    public long prefetch() {
        return sharing.prefetch();
    }

    /** Charges what other nodes admitted. */
    void chargeRemote(long amount, long nowNanos) {
        charge(amount, nowNanos);
        countRemote(amount);
    }

    /** When other nodes last used it, as far as is known, or shortly before. */
    public long remoteUseNanos() {
        return sharing.remoteUseNanos();
    }

    /** Charges what was received and is still pending, for a reader of the meter. */
    public void settle(long nowNanos) {
        sharing.settle(nowNanos);
    }

    /** What is reported: cumulative, and never falling; for a gauge the requests in flight now. Never negative. */
    public long admitted() {
        return dimension.isGauge() ? kept() : neverFalling();
    }

    /** Measures the demand since the last call. Called by the thread that reports. */
    public void measure(long nowNanos) {
        sharing.measure(nowNanos);
    }

    /** The demand that is reported, a second; 0 where the other nodes don't need it. */
    public double demand() {
        return sharing.demand();
    }

    /** A node's even share of the limit, a second, as of the last {@link #measure}; 0 where the limit isn't paced. */
    public double evenShare() {
        return sharing.evenShare();
    }

    /** Whether the cluster used so little at the last {@link #measure} that no node is near the limit. */
    public boolean isFarBelowLimit() {
        return sharing.isFarBelowLimit();
    }

    /** Whether the limit was nearly used up at the last {@link #measure}. */
    public boolean isNearLimit() {
        return sharing.isNearLimit();
    }

    /** The other nodes are about to receive that this node admitted so much more. */
    public void countReported(long amount) {
        sharing.countReported(amount);
    }

    /** The other nodes don't receive what was measured last. */
    public void reportDeferred() {
        sharing.reportDeferred();
    }

    /** Whether it matters that each report is received by all. */
    public boolean needsReceipts() {
        return sharing.needsReceipts();
    }

    /** Whether nothing would be lost if {@link #measure} came a few reports later; as of the last one. */
    public boolean isIdle() {
        return sharing.isIdle();
    }

    /** How much this node may admit in that time if it receives nothing; 0: nothing holds it to a share. */
    public double unsynchronisedMax(double seconds, long nowNanos) {
        return sharing.unsynchronisedMax(seconds, nowNanos);
    }

    /** By how much the limit may be exceeded by what nodes don't know of each other; 0 where nothing is shared out. */
    public double excessBound(long nowNanos) {
        return sharing.excessBound(nowNanos);
    }

    /** By how much the limit was exceeded at most, as seen from here, since this node knows the subject. */
    public long largestExcess() {
        return largestExcess;
    }

    /** A deferred charge is no excess: later requests pay for it. Called by the thread that reports. */
    void recordExcess(long nowNanos) {
        long excess = meter.used(nowNanos) - capacity();
        if (excess > 0 && deferredNanos(nowNanos) <= 0) {
            largestExcess = Math.max(largestExcess, excess);
            cluster.recordExcess(dimension.unit(), excess, capacity(), nowNanos);
        }
    }

    /** The membership has changed. */
    public void updateMembership(long nowNanos) {
        settle(nowNanos);
        adopt(effective(), nowNanos);
        sharing.update(nowNanos);
    }

    /** Changes the limit and keeps what was charged. */
    public void change(Limit newLimit, long nowNanos) {
        if (newLimit.equals(limit)) {
            return;
        }
        settle(nowNanos);
        limit = newLimit;
        adopt(effective(), nowNanos);
        share(nowNanos);
        sharing.startExcessAnew(nowNanos);
    }

    /** Nothing limits this any more: transfers that it held go on. */
    public void lift(long nowNanos) {
        detach();
        sharing = new UnsharedLimit(this, nowNanos);
    }

    /** No request finds it any more, and what is applied to it is lost. */
    public void detach() {
        detached = true;
    }

    /** The limit's part for the nodes that reach each other, or for this node alone where it doesn't look at others. */
    private Limit effective() {
        return limit.part(fraction());
    }

    /** A meter of another kind takes over what the old one holds. Who charges the old one meanwhile charges the new one too. */
    private void adopt(Limit next, long nowNanos) {
        Meter old = meter;
        if (!old.adopt(next, nowNanos)) {
            Meter fresh = Meter.of(next, cluster.epochOffsetNanos);
            long before = old.used(nowNanos);
            fresh.charge(before, nowNanos);
            meter = fresh;
            fresh.charge(Math.max(0, old.used(nowNanos) - before), nowNanos);
        }
    }

    private void charge(long amount, long nowNanos) {
        Meter of = meter;
        of.charge(amount, nowNanos);
        followMeter(of, amount, nowNanos);
    }

    private void followMeter(Meter charged, long amount, long nowNanos) {
        Meter now = meter;
        if (now != charged) {
            now.charge(amount, nowNanos);
        }
    }
}
