package dev.sluice.policy.limitsfile;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * Makes equal limits of one file the same objects: most entries of a large file have the limits of another. Counts what the
 * others take.
 */
final class SharedLimits {
    /** Sets, and limits, that are kept to find equal ones. */
    private static final int KEPT_MAX = 10_000;
    /** A set on 64-bit JVMs, and its array. */
    private static final int SET_BYTES = 64;
    /** A limit and its rate. */
    private static final int LIMIT_BYTES = 64;

    private final Map<LimitSet, LimitSet> sets = new HashMap<>();
    private final Map<Limit, Limit> limits = new HashMap<>();
    private long bytes;

    /** About how much memory all that was returned takes. */
    long bytes() {
        return bytes;
    }

    /** An equal set. */
    LimitSet shared(LimitSet set) {
        LimitSet known = sets.get(set);
        if (known != null) {
            return known;
        }
        Map<Dimension, Limit> made = new EnumMap<>(Dimension.class);
        for (int i = 0; i < Dimension.count(); i++) {
            Limit limit = set.get(Dimension.at(i));
            if (limit != null) {
                made.put(Dimension.at(i), shared(limit));
            }
        }
        LimitSet next = new LimitSet(made);
        bytes += SET_BYTES;
        if (sets.size() < KEPT_MAX) {
            sets.put(next, next);
        }
        return next;
    }

    private Limit shared(Limit limit) {
        Limit known = limits.get(limit);
        if (known != null) {
            return known;
        }
        bytes += LIMIT_BYTES;
        if (limits.size() < KEPT_MAX) {
            limits.put(limit, limit);
        }
        return limit;
    }
}
