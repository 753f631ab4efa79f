package dev.sluice.limits.model;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The limits of one subject, at most one per dimension. Absent means unlimited. Immutable. */
public final class LimitSet {
    /** No limit at all. */
    public static final LimitSet UNLIMITED = new LimitSet(new EnumMap<>(Dimension.class));

    private final @Nullable Limit[] byDimension = new Limit[Dimension.count()];

    /** A set of these limits, each of the unit of its dimension. */
    public LimitSet(Map<Dimension, Limit> limits) {
        limits.forEach((dimension, limit) -> {
            if (dimension.unit() != limit.unit()) {
                throw new IllegalArgumentException(dimension.key() + " can't be " + limit);
            }
            byDimension[dimension.ordinal()] = limit;
        });
    }

    /** A set of one limit. */
    public static LimitSet of(Dimension dimension, Limit limit) {
        return new LimitSet(Map.of(dimension, limit));
    }

    /** The limit of a dimension; null: unlimited. */
    public @Nullable Limit get(Dimension dimension) {
        return byDimension[dimension.ordinal()];
    }

    /** These limits, and of another set those of dimensions that this one doesn't limit. */
    public LimitSet orElse(LimitSet other) {
        Map<Dimension, Limit> both = new EnumMap<>(Dimension.class);
        for (int i = 0; i < byDimension.length; i++) {
            Limit limit = byDimension[i] != null ? byDimension[i] : other.byDimension[i];
            if (limit != null) {
                both.put(Dimension.at(i), limit);
            }
        }
        return new LimitSet(both);
    }

    /** Whether it limits nothing. */
    public boolean isUnlimited() {
        for (Limit limit : byDimension) {
            if (limit != null) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof LimitSet other && Arrays.equals(byDimension, other.byDimension);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(byDimension);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < byDimension.length; i++) {
            Limit limit = byDimension[i];
            if (limit != null) {
                text.append(' ').append(Dimension.at(i).key()).append('=').append(limit.text());
            }
        }
        return text.append(" }").toString();
    }
}
