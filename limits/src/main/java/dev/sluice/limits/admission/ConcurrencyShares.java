package dev.sluice.limits.admission;

import dev.sluice.limits.model.Membership;
import dev.sluice.limits.pacing.DemandRate;
import dev.sluice.limits.pacing.LoadHistory;
import dev.sluice.limits.pacing.RemoteDemands;
import dev.sluice.limits.pacing.RemoteNode;
import dev.sluice.limits.pacing.Share;

/**
 * Holds this node to its part of a limit on requests in flight, so that nodes which see the same free slots don't all take
 * them: the parts of all add up to the limit.
 *
 * <p>What a node wants is the most it had in flight of late; one that had to refuse wants as much as there is, since
 * nobody knows how much more would have come. The limit is divided max-min by that, as {@link Share} does, and what
 * nobody wants goes to where requests were in flight in the last 30 s. A part of a slot is drawn for at each report: a
 * node whose part is 0.3 may have a request in flight in three intervals of ten.
 *
 * <p>More than the limit can be in flight only while views differ, and then by what the nodes whose parts have just grown
 * took before the others had let go: that is looked at too, since the meter counts what the others told last.
 *
 * <p>Event loops read one number. All else is done by the two threads of the exchange and by who changes the limits.
 */
final class ConcurrencyShares {
    private static final double FALL_SECONDS = 0.3;
    /** The history counts slots times milliseconds. */
    private static final double MILLIS = 1_000;

    private final Ledger ledger;
    private final ClusterView cluster;
    private final RemoteDemands others = new RemoteDemands();
    private final LoadHistory history;
    private volatile long most;
    private volatile long peak;
    private volatile boolean refused;
    private double wanted;
    private double said;
    private double mine;
    private double lot;
    private double limit;
    private long tickedNanos;

    ConcurrencyShares(Ledger ledger, ClusterView cluster, long nowNanos) {
        this.ledger = ledger;
        this.cluster = cluster;
        this.history = new LoadHistory(nowNanos);
        this.tickedNanos = nowNanos;
        this.lot = cluster.draw();
        share(nowNanos);
    }

    /** Whether one more may be in flight here; what the others have in flight is the meter's to look at. */
    boolean hasRoom() {
        long here = ledger.admitted() + 1;
        if (here > peak) {
            peak = here;
        }
        if (here <= most) {
            return true;
        }
        refused();
        return false;
    }

    /** Whether the meter found a slot free; that it found none is noted. */
    boolean isFree(boolean free) {
        if (!free) {
            refused();
        }
        return free;
    }

    private void refused() {
        if (!refused) {
            refused = true;
            cluster.surprise(ledger.account);
        }
    }

    /** How long until there may be another slot here, if that is what is missing. */
    long waitNanos() {
        return ledger.admitted() < most ? 0 : cluster.pacing.intervalNanos();
    }

    /** Looks what is wanted here; called at each report. */
    synchronized void measure(long nowNanos) {
        long nanos = nowNanos - tickedNanos;
        if (nanos < cluster.pacing.intervalNanos() / 10) {
            return;
        }
        tickedNanos = nowNanos;
        double now = refused ? limit : Math.max((double) peak, (double) ledger.admitted());
        wanted = Math.max(now, wanted + (1 - Math.exp(-nanos / (FALL_SECONDS * 1e9))) * (now - wanted));
        peak = 0;
        refused = false;
        mine = said;
        said = DemandRate.rounded(Math.min(wanted, limit));
        long millis = nanos / 1_000_000;
        long here = ledger.admitted();
        history.heard();
        history.told(here * millis);
        history.admittedElsewhere(Math.max(0, ledger.meter().used(nowNanos) - here) * millis);
        lot = cluster.draw();
        share(nowNanos);
    }

    /** What others are told. */
    synchronized double said() {
        return said;
    }

    /** Another node has told what it wants. */
    synchronized void applyRemote(RemoteNode from, double demand, long nowNanos) {
        others.put(from, demand);
        share(nowNanos);
    }

    /** The limit or the cluster has changed. */
    synchronized void changed(long nowNanos) {
        share(nowNanos);
    }

    private void share(long nowNanos) {
        Membership membership = cluster.membership();
        limit = ledger.limit().amount() * ledger.fraction();
        others.dropGone();
        double idlePart = history.part(membership.live(), limit * MILLIS, nowNanos);
        // What the others haven't heard of has the part of an idle limit only.
        double counted = said > mine || refused ? Math.max(mine, limit * idlePart) : mine;
        double slots = limit == 0
                ? 0
                : Share.of(limit, mine, counted, others, idlePart).perSecond();
        most = membership.live() <= 1 ? Long.MAX_VALUE : (long) (slots + lot);
    }
}
