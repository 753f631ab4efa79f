package dev.sluice.limits.sharing;

import dev.sluice.limits.meter.UsageHistory;

/**
 * What a ledger knows of the past, given to and taken from nodes that restart. Pure functions of a ledger: it has no field
 * for them, because most limits never need them.
 */
public final class LedgerHistory {
    private LedgerHistory() {}

    /** Which part of the limit the cluster has used, as far as this node knows; 0 where the origin doesn't have the limit. */
    public static double usedPart(Ledger ledger, HistoryOrigin origin, long nowNanos) {
        if (!origin.covers(ledger.limit())) {
            return 0;
        }
        ledger.settle(nowNanos);
        return (double) ledger.meter().used(nowNanos) / ledger.capacity();
    }

    /** What the cluster has used, as far as this node knows. */
    public static UsageHistory of(Ledger ledger, long nowNanos) {
        ledger.settle(nowNanos);
        return ledger.meter().history(nowNanos);
    }

    /**
     * Takes over what others know, at most as much as the limit lets through at once, whatever they report. One caller at a
     * time, as of {@link Ledger#updateMembership}.
     *
     * @return whether the origin has the limit
     */
    public static boolean restore(Ledger ledger, UsageHistory history, HistoryOrigin origin, long nowNanos) {
        if (!origin.covers(ledger.limit())) {
            return false;
        }
        ledger.settle(nowNanos);
        ledger.meter().restore(history.atMost(ledger.capacity()), nowNanos);
        // The shares were made for a limit that seemed unused.
        ledger.updateMembership(nowNanos);
        return true;
    }
}
