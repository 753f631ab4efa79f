package dev.sluice.limits.sharing;

import dev.sluice.limits.meter.Meter;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.Membership;
import dev.sluice.limits.pacing.DemandRate;
import dev.sluice.limits.pacing.LoadHistory;
import dev.sluice.limits.pacing.RemoteDemands;
import dev.sluice.limits.pacing.RemoteNode;
import dev.sluice.limits.pacing.Share;

/**
 * A limit on requests in flight. Each node has a number of slots of its own, and the slots of all nodes add up to the
 * limit: nodes that see the same free slots would else all take them.
 *
 * <p>A node's demand is the most that it had in flight lately. A node that had to refuse demands the whole limit, because
 * nobody knows how much more would have come. The limit is divided max-min by demand, as {@link Share} does. Slots that no
 * node demands go to where requests were in flight in the last 30 s. The fraction of a slot is decided at random at each
 * measurement: a node whose part is 0.3 may have a request in flight in three intervals of ten.
 *
 * <p>More than the limit is in flight only while views differ, and then by what the nodes whose parts have just grown took
 * before the others had released theirs. The meter is asked too, because it counts what the others reported last.
 *
 * <p>Event loops read one number. All else is done by the two sync threads and by the thread that changes the limits.
 */
final class SharedSlots extends LimitSharing {
    private static final double DEMAND_DECAY_SECONDS = 0.3;
    /** The history counts slots times milliseconds. */
    private static final double MILLIS = 1_000;

    private final Ledger ledger;
    private final ClusterView cluster;
    private final RemoteDemands others = new RemoteDemands();
    private final LoadHistory history;
    private volatile long slotsHere;
    private volatile long peak;
    private volatile boolean hasRefused;
    private volatile long remoteUseNanos;
    private double wanted;
    private double reported;
    private double known;
    private double slotFraction;
    private double limit;
    private long measuredNanos;

    SharedSlots(Ledger ledger, ClusterView cluster, long nowNanos) {
        super(nowNanos);
        this.ledger = ledger;
        this.cluster = cluster;
        this.history = new LoadHistory(nowNanos);
        this.measuredNanos = nowNanos;
        this.remoteUseNanos = nowNanos;
        this.slotFraction = cluster.random();
        share(nowNanos);
    }

    @Override
    boolean hasRoom(long cost, long nowNanos) {
        return hasSlot() && isFree(ledger.meter().hasRoom(cost, 0, nowNanos));
    }

    @Override
    boolean tryTake(Meter meter, long cost, long nowNanos) {
        // The peers receive requests in flight once they are on their way to RGW.
        return hasSlot() && isFree(meter.tryCharge(cost, 0, nowNanos));
    }

    private boolean hasSlot() {
        long here = ledger.admitted() + 1;
        if (here > peak) {
            peak = here;
        }
        return isFree(here <= slotsHere);
    }

    private boolean isFree(boolean free) {
        if (!free && !hasRefused) {
            hasRefused = true;
            ledger.owner().requestUrgentUpdate();
        }
        return free;
    }

    @Override
    long waitNanos(long cost, long nowNanos) {
        long slotWaitNanos = ledger.admitted() < slotsHere ? 0 : cluster.pacing.intervalNanos();
        return Math.max(ledger.meter().waitNanos(nowNanos), slotWaitNanos);
    }

    /** {@inheritDoc} When requests in flight will end isn't known. */
    @Override
    double admittedPerSecond() {
        return 0;
    }

    /** {@inheritDoc} Requests that were refused together would return together, and be refused again. */
    @Override
    long unknownWaitNanos() {
        return 2 * Limit.SECOND_NANOS;
    }

    @Override
    synchronized void measure(long nowNanos) {
        long nanos = nowNanos - measuredNanos;
        if (nanos < cluster.pacing.intervalNanos() / 10) {
            return;
        }
        measuredNanos = nowNanos;
        double now = hasRefused ? limit : Math.max((double) peak, (double) ledger.admitted());
        wanted = Math.max(now, wanted + (1 - Math.exp(-nanos / (DEMAND_DECAY_SECONDS * 1e9))) * (now - wanted));
        peak = 0;
        hasRefused = false;
        known = reported;
        reported = DemandRate.rounded(Math.min(wanted, limit));
        long millis = nanos / 1_000_000;
        long here = ledger.admitted();
        history.applyReported();
        history.countReported(here * millis);
        // A peer may report any number.
        long used = Math.min(ledger.meter().used(nowNanos), ledger.capacity());
        history.countRemote(Math.max(0, used - here) * millis);
        slotFraction = cluster.random();
        share(nowNanos);
    }

    @Override
    synchronized double demand() {
        return reported;
    }

    @Override
    void applyRemote(RemoteNode from, double demand, long amount, long nowNanos) {
        divideAmong(from, demand, nowNanos);
        if (amount != 0) {
            remoteUseNanos = nowNanos;
            ledger.chargeRemote(amount, nowNanos);
        }
    }

    private synchronized void divideAmong(RemoteNode from, double demand, long nowNanos) {
        others.put(from, demand);
        share(nowNanos);
    }

    @Override
    long prefetch() {
        return ledger.remote();
    }

    @Override
    long remoteUseNanos() {
        return remoteUseNanos;
    }

    @Override
    synchronized void update(long nowNanos) {
        share(nowNanos);
    }

    private void share(long nowNanos) {
        Membership membership = cluster.membership();
        limit = ledger.limit().amount() * ledger.fraction();
        others.dropGone();
        double idlePart = history.part(membership.live(), limit * MILLIS, nowNanos);
        // Demand that the others haven't received yet has the part of an idle limit only.
        double counted = reported > known || hasRefused ? Math.max(known, limit * idlePart) : known;
        double slots = limit == 0
                ? 0
                : Share.of(limit, known, counted, others, idlePart).perSecond();
        slotsHere = membership.live() <= 1 ? Long.MAX_VALUE : (long) (slots + slotFraction);
    }
}
