package dev.sluice.proxy.admin.live;

import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.sharing.Ledger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Looks at all limits in use once a second, and keeps those with the most pressure: first what rejects, then what would, then
 * where something waits, then by use. It allocates for those that it keeps, and for the limits that have rejected. Owned by
 * the view.
 */
final class LimitScan {
    /** So many limits are kept. */
    static final int KEPT_MAX = 48;
    /** So many limits that have rejected are remembered; of more, what they reject is seen a second later. */
    private static final int REJECTING_MAX = 20_000;

    private static final long[] NONE = {0, 0};

    /** What limits had rejected, and would have, when they were last looked at. */
    private IdentityHashMap<Ledger, long[]> before = new IdentityHashMap<>();

    private IdentityHashMap<Ledger, long[]> now = new IdentityHashMap<>();
    private int inUse;
    private int rejecting;
    private double restUsedRatio;

    /**
     * One limit.
     *
     * @param rejectedBefore when it was last looked at
     * @param wouldRejectBefore likewise
     * @param pressure how it compares with others
     * @param usedRatio of the limit
     */
    record Scanned(Ledger limit, long rejectedBefore, long wouldRejectBefore, double pressure, double usedRatio) {}

    /**
     * Those with the most pressure, in no order.
     *
     * @param followed count as in use, even if nothing is used of them at the moment
     */
    List<Scanned> scan(Admission admission, Set<Ledger> followed, long nowNanos) {
        PriorityQueue<Scanned> kept = new PriorityQueue<>(Comparator.comparingDouble(Scanned::pressure));
        inUse = 0;
        rejecting = 0;
        restUsedRatio = 0;
        admission.forEachLimit(limit -> {
            if (limit.owner().scope() != Scope.QUOTA) {
                look(limit, followed, kept, nowNanos);
            }
        });
        IdentityHashMap<Ledger, long[]> free = before;
        before = now;
        now = free;
        now.clear();
        return new ArrayList<>(kept);
    }

    private void look(Ledger limit, Set<Ledger> followed, PriorityQueue<Scanned> kept, long nowNanos) {
        double usedRatio = usedRatio(limit, nowNanos);
        long rejected = limit.rejectedCount();
        long wouldReject = limit.wouldRejectCount();
        long[] counts = before.getOrDefault(limit, NONE);
        if ((rejected > 0 || wouldReject > 0) && now.size() < REJECTING_MAX) {
            now.put(limit, new long[] {rejected, wouldReject});
        } else if (rejected > 0 || wouldReject > 0) {
            counts = new long[] {rejected, wouldReject};
        }
        long rejects = rejected - counts[0];
        long wouldRejects = wouldReject - counts[1];
        int waiting = limit.waiting() + limit.held();
        boolean isUsed = usedRatio > 0 || rejects > 0 || wouldRejects > 0 || waiting > 0;
        if (!isUsed && !followed.contains(limit)) {
            return;
        }
        inUse++;
        rejecting += rejects > 0 ? 1 : 0;
        double pressure = LimitPressure.of((double) rejects, (double) wouldRejects, waiting, usedRatio);
        if (kept.size() == KEPT_MAX && kept.element().pressure() >= pressure) {
            restUsedRatio = Math.max(restUsedRatio, usedRatio);
            return;
        }
        kept.add(new Scanned(limit, counts[0], counts[1], pressure, usedRatio));
        if (kept.size() > KEPT_MAX) {
            restUsedRatio = Math.max(restUsedRatio, kept.remove().usedRatio());
        }
    }

    private static double usedRatio(Ledger limit, long nowNanos) {
        long capacity = limit.limit().amount() == 0 ? 0 : limit.capacity();
        return capacity == 0 ? 0 : (double) limit.meter().used(nowNanos) / capacity;
    }

    /** How many limits were in use at the last scan. */
    int inUse() {
        return inUse;
    }

    /** How many of them rejected since the scan before. */
    int rejecting() {
        return rejecting;
    }

    /** The largest use of those that were not kept. */
    double restUsedRatio() {
        return restUsedRatio;
    }
}
