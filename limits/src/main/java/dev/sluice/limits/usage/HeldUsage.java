package dev.sluice.limits.usage;

import dev.sluice.limits.sharing.Ledger;
import dev.sluice.limits.sharing.RequestQueue;

/**
 * The requests that wait for room in one limit on this node, for display.
 *
 * @param waiting now
 * @param held how many began to wait
 * @param waitedNanos how long all of them waited together that wait no more
 * @param rejected how many were rejected after they had waited
 */
public record HeldUsage(int waiting, long held, long waitedNanos, long rejected) {
    /** None. */
    public static final HeldUsage NONE = new HeldUsage(0, 0, 0, 0);

    /** Of one limit. */
    public static HeldUsage of(Ledger ledger) {
        RequestQueue queue = ledger.knownRequestQueue();
        return queue == null
                ? NONE
                : new HeldUsage(queue.size(), queue.entered(), queue.waitedNanos(), queue.rejected());
    }
}
