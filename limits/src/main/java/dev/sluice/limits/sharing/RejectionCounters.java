package dev.sluice.limits.sharing;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Scope;
import java.util.concurrent.atomic.LongAdder;

/** How many requests limits of each scope and dimension have rejected on this node since the start. Thread-safe. */
public final class RejectionCounters {
    private final OfKind[][] kinds = new OfKind[Scope.count()][Dimension.count()];

    /**
     * The counts of one scope and dimension.
     *
     * @param rejected requests that were rejected
     * @param wouldReject requests that a shadow limit had no room for, and that were admitted
     */
    record OfKind(LongAdder rejected, LongAdder wouldReject) {}

    RejectionCounters() {
        for (OfKind[] row : kinds) {
            for (int i = 0; i < row.length; i++) {
                row[i] = new OfKind(new LongAdder(), new LongAdder());
            }
        }
    }

    OfKind of(Scope scope, Dimension dimension) {
        return kinds[scope.ordinal()][dimension.ordinal()];
    }

    /** How many requests were rejected. */
    public long rejected(Scope scope, Dimension dimension) {
        return of(scope, dimension).rejected.sum();
    }

    /** How many requests shadow limits had no room for. */
    public long wouldReject(Scope scope, Dimension dimension) {
        return of(scope, dimension).wouldReject.sum();
    }
}
