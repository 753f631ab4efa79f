package dev.sluice.limits.sharing;

import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.RateAlgorithm;
import dev.sluice.limits.model.RateLimit;

/**
 * Where a node that has just started finds what was used before, and which limits that is for. A limit that looks back for a
 * moment only has forgotten by itself when the node is up.
 */
public enum HistoryOrigin {
    /** What live peers know: of limits that they all count together. */
    PEERS(Limit.SECOND_NANOS),
    /** What this node knew when it last wrote its state file. */
    STATE_FILE(10 * Limit.SECOND_NANOS);

    private final long lookBackNanos;

    HistoryOrigin(long lookBackNanos) {
        this.lookBackNanos = lookBackNanos;
    }

    /** Whether it has limits that look back for so long. */
    boolean covers(long limitLooksBackNanos) {
        return limitLooksBackNanos > lookBackNanos;
    }

    /** Whether it has that limit. */
    boolean covers(Limit limit) {
        return limit instanceof RateLimit rate
                && rate.amount() > 0
                && covers(looksBackNanos(rate))
                && (this != PEERS || rate.rate().sharing().countsOthers());
    }

    /** A bucket looks back until it is full again. */
    private static long looksBackNanos(RateLimit limit) {
        return limit.rate().algorithm() instanceof RateAlgorithm.TokenBucket bucket
                ? (long) ((double) limit.periodNanos() * bucket.burst() / limit.amount())
                : limit.periodNanos();
    }
}
