package dev.sluice.limits.admission;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.OperationClass;
import org.jspecify.annotations.Nullable;

/** What the limits of a subject may do to a request of one operation, from the mildest to the strictest. */
public enum Strictness {
    /** No limit applies. */
    UNLIMITED,
    /** The request is counted, and never rejected. */
    SHADOW,
    /** The request may be rejected. */
    ENFORCED,
    /** A limit is 0: it matters before anything was charged. */
    CLOSED;

    static Strictness of(LimitSet limits, OperationClass operation) {
        if (limits.isUnlimited()) {
            return UNLIMITED;
        }
        Limit own = limits.get(operation.own());
        boolean reads = operation == OperationClass.READ || operation == OperationClass.LIST;
        return of(own != null ? own : limits.get(operation.fallback()))
                .or(of(limits.get(reads ? Dimension.READ_BYTES : Dimension.WRITE_BYTES)))
                .or(of(limits.get(Dimension.CONCURRENT_REQUESTS)));
    }

    private static Strictness of(@Nullable Limit limit) {
        if (limit == null) {
            return UNLIMITED;
        }
        if (limit.onExceed().isShadow()) {
            return SHADOW;
        }
        return limit.amount() == 0 ? CLOSED : ENFORCED;
    }

    /** The stricter one. */
    Strictness or(Strictness other) {
        return compareTo(other) >= 0 ? this : other;
    }

    /** Whether a request may be rejected. */
    public boolean mayReject() {
        return compareTo(ENFORCED) >= 0;
    }
}
