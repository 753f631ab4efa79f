package dev.sluice.limits.sharing;

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
    /** For so long after the edge of a fixed window others may still be in the one before, by their clocks. */
    private static final long EDGE_NANOS = 250_000_000L;
    /** The part of the limit that may be used in that time. */
    private static final double EDGE_PART = 0.02;

    private RemainingRoom() {}

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
     * @param limitPerSecond of the nodes that reach each other
     * @param demanded by the others, a second, while this node did not receive
     */
    static double of(
            Ledger ledger,
            ClusterView cluster,
            PacingParameters tuning,
            double limitPerSecond,
            double demanded,
            long nowNanos) {
        double room = ofMeter(ledger, cluster, tuning, nowNanos);
        double unobserved = cluster.unobservedSeconds(ledger.limit().periodNanos(), nowNanos);
        if (unobserved == 0) {
            return room;
        }
        double wanted = cluster.membership().isStarting() ? Double.MAX_VALUE : demanded;
        return Allowance.cautiousRoom(tuning, limitPerSecond, room, unobserved, wanted);
    }

    private static double ofMeter(Ledger ledger, ClusterView cluster, PacingParameters tuning, long nowNanos) {
        if (!tuning.dividesRoom()) {
            return ledger.meter().room(nowNanos);
        }
        double room = ledger.meter().certainRoom(nowNanos);
        if (!(ledger.rateLimit().rate().algorithm() instanceof RateAlgorithm.FixedWindow)) {
            return room;
        }
        long sinceEdge = Math.floorMod(
                nowNanos + cluster.epochOffsetNanos, ledger.limit().periodNanos());
        return sinceEdge < EDGE_NANOS ? Math.min(room, Math.max(1, EDGE_PART * tuning.capacity())) : room;
    }
}
