package dev.sluice.limits.sharing;

import dev.sluice.limits.meter.Meter;
import dev.sluice.limits.model.RateAlgorithm;
import dev.sluice.limits.pacing.Allowance;
import dev.sluice.limits.pacing.PacingParameters;

/**
 * What a limit has left as one node sees it: what its meter has left, less what others may have admitted that the meter
 * doesn't know. Pure functions: an account is small.
 */
final class RemainingRoom {
    /** So many sync delays after a node has begun to receive, it knows the demand of all others. */
    private static final double BEGINNING_DELAYS = 2;

    /** For so long before and after the edge of a window or a round others may be in another one, by their clocks. */
    static final long EDGE_NANOS = 250_000_000L;
    /** The part of the limit that may be used in that time. */
    private static final double EDGE_PART = 0.02;

    private RemainingRoom() {}

    /** What may be used at the edge of a fixed window. */
    static double edgeMax(PacingParameters tuning) {
        return Math.max(1, EDGE_PART * tuning.capacity());
    }

    /** At most {@link #edgeMax} for a while after the edge of a fixed window, because others may not be in the same one yet. */
    static double atEdge(double room, Ledger ledger, ClusterView cluster, PacingParameters tuning, long nowNanos) {
        return isFixedWindow(ledger) && sinceEdgeNanos(ledger, cluster, nowNanos) < EDGE_NANOS
                ? Math.min(room, edgeMax(tuning))
                : room;
    }

    /** A wait for more than {@link #edgeMax}: it doesn't end where no more may be used. */
    static long afterEdge(long waitNanos, Ledger ledger, ClusterView cluster, long nowNanos) {
        return waitNanos == Meter.NEVER || !isFixedWindow(ledger)
                ? waitNanos
                : waitNanos + Math.max(0, EDGE_NANOS - sinceEdgeNanos(ledger, cluster, nowNanos + waitNanos));
    }

    private static boolean isFixedWindow(Ledger ledger) {
        return ledger.rateLimit().rate().algorithm() instanceof RateAlgorithm.FixedWindow;
    }

    private static long sinceEdgeNanos(Ledger ledger, ClusterView cluster, long nanos) {
        return Math.floorMod(nanos + cluster.epochOffsetNanos, ledger.limit().periodNanos());
    }

    /**
     * Whether this node has only just begun to receive. Where the room is divided, the limit looks back far. Then what others
     * demand now stands for what they admitted before, not the demand of a moment much later.
     */
    static boolean isBeginning(Ledger ledger, ClusterView cluster, PacingParameters tuning, long nowNanos) {
        long periodNanos = ledger.limit().periodNanos();
        double unobserved = cluster.unobservedSeconds(periodNanos, nowNanos);
        return unobserved > 0 && periodNanos * 1e-9 - unobserved < BEGINNING_DELAYS * tuning.syncDelaySeconds();
    }

    /**
     * What the limit has left.
     *
     * @param room what the meter has left
     * @param limitPerSecond of the nodes that reach each other
     * @param demanded by the others, a second, while this node did not receive
     */
    static double of(
            double room,
            Ledger ledger,
            ClusterView cluster,
            PacingParameters tuning,
            double limitPerSecond,
            double demanded,
            long nowNanos) {
        double unobserved = cluster.unobservedSeconds(ledger.limit().periodNanos(), nowNanos);
        if (unobserved == 0) {
            return room;
        }
        double wanted = cluster.membership().isStarting() ? Double.MAX_VALUE : demanded;
        return Allowance.cautiousRoom(tuning, limitPerSecond, room, unobserved, wanted);
    }

    /**
     * The same where the room is divided. Such a room is used at once, not as it flows: so a node that has only just started
     * takes nothing for itself.
     */
    static double ofDivided(
            double room,
            Ledger ledger,
            ClusterView cluster,
            PacingParameters tuning,
            double limitPerSecond,
            double demanded,
            long nowNanos) {
        if (cluster.membership().isStarting()) {
            double unobserved = cluster.unobservedSeconds(ledger.limit().periodNanos(), nowNanos);
            return Math.max(0, room - unobserved * limitPerSecond);
        }
        return of(room, ledger, cluster, tuning, limitPerSecond, demanded, nowNanos);
    }
}
