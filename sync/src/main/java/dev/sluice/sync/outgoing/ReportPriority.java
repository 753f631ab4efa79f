package dev.sluice.sync.outgoing;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.usage.LocalUsage;

/**
 * The priority of one subject: the part of its use that the peers don't know, in multiples of the smallest change
 * that is worth a report. Such a change is 2 % of a node's even share of the limit, because a smaller one doesn't
 * change what a peer does. The class remembers what was reported. Owned by the {@link OutgoingSubject}.
 */
final class ReportPriority {
    /** The change that is worth a report, as a part of a node's even share of the limit. */
    private static final double WORTH = 0.02;

    /** The same while the cluster is far below the limit: then it takes longer until a change matters. */
    private static final double WORTH_FAR_BELOW_LIMIT = 0.08;

    /** The same while the limit is nearly used up: then each operation counts. */
    private static final double WORTH_NEAR_LIMIT = 0.005;

    private final long[] admittedReported = new long[Dimension.count()];
    private final double[] demandReported = new double[Dimension.count()];

    /** Takes the count as known to the peers, without a report. */
    void skip(Dimension dimension, long admitted) {
        admittedReported[dimension.ordinal()] = Math.max(admitted, 0);
    }

    /**
     * The priority of one dimension: 0 if its change is not worth a report, else at least 1. A change with a
     * priority counts as reported from here on.
     *
     * @param admitted as {@link LocalUsage#admitted}
     * @param demand as {@link LocalUsage#demand}
     */
    double take(LocalUsage usage, Dimension dimension, long admitted, double demand) {
        int i = dimension.ordinal();
        boolean isNew = !dimension.isGauge() && admitted < admittedReported[i];
        if (isNew || admitted == LocalUsage.NO_LIMIT) {
            // The limit was removed, and may be back: its count began at 0.
            admittedReported[i] = 0;
            demandReported[i] = 0;
        }
        if (admitted == LocalUsage.NO_LIMIT) {
            return 0;
        }
        long more = admitted - admittedReported[i];
        double unreported = Math.max((double) Math.abs(more), Math.abs(demand - demandReported[i]));
        double worth = worth(usage, dimension) * usage.evenShare(dimension);
        if (unreported == 0 || unreported < worth) {
            return 0;
        }
        admittedReported[i] = admitted;
        demandReported[i] = demand;
        if (more != 0) {
            usage.countReported(dimension, more);
        }
        return worth == 0 ? 1 : unreported / worth;
    }

    private static double worth(LocalUsage usage, Dimension dimension) {
        if (usage.isNearLimit(dimension)) {
            return WORTH_NEAR_LIMIT;
        }
        return usage.isFarBelowLimit(dimension) ? WORTH_FAR_BELOW_LIMIT : WORTH;
    }
}
