package dev.sluice.sync.wire;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.limits.pacing.DemandRate;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one node has admitted for one subject, and what is asked of it there. Immutable.
 *
 * <p>{@code born} is the sequence of the report in which the sender first spoke of the subject: in this incarnation,
 * or since it last forgot it. Counts begin at 0 there, so whoever has heard every report since can tell a subject that
 * is new (charge it all) from one that it came too late for (take it as it is). {@link #BORN_UNKNOWN}: more than {@link
 * ReportCodec#AGE_MAX} reports before this one.
 */
public final class UsageEntry {
    /** A birth that is too far back to be told. */
    public static final long BORN_UNKNOWN = 0;

    private static final double[] NO_DEMANDS = new double[Dimension.count()];

    private final SubjectId id;
    private final Scope scope;
    private final long born;
    private final long[] counts;
    private final double[] demands;

    /** An entry of a subject of which nothing is asked. */
    public UsageEntry(SubjectId id, Scope scope, long born, long[] counts) {
        this(id, scope, born, counts, NO_DEMANDS);
    }

    /**
     * An entry of a report.
     *
     * @param born at least 1, or {@link #BORN_UNKNOWN}
     * @param counts by {@link Dimension#ordinal()}, each at least 0; copied
     * @param demands likewise, a second; rounded as {@link DemandRate} does
     */
    public UsageEntry(SubjectId id, Scope scope, long born, long[] counts, double[] demands) {
        this.id = Objects.requireNonNull(id);
        this.scope = Objects.requireNonNull(scope);
        this.born = born;
        this.counts = counts.clone();
        this.demands = demands.clone();
        if (born < BORN_UNKNOWN) {
            throw new IllegalArgumentException("born " + born + " is below 0");
        }
        boolean valid = counts.length == Dimension.count();
        for (int i = 0; valid && i < counts.length; i++) {
            valid = counts[i] >= 0;
            this.demands[i] = demands[i] == 0 ? 0 : DemandRate.rounded(demands[i]);
        }
        if (!valid) {
            throw new IllegalArgumentException("not " + Dimension.count() + " counts of at least 0");
        }
    }

    public SubjectId id() {
        return id;
    }

    public Scope scope() {
        return scope;
    }

    public long born() {
        return born;
    }

    /** Cumulative admitted count, at least 0; for a gauge the requests in flight. */
    public long count(Dimension dimension) {
        return counts[dimension.ordinal()];
    }

    long count(int ordinal) {
        return counts[ordinal];
    }

    /** What is asked for, a second; at least 0. */
    public double demand(Dimension dimension) {
        return demands[dimension.ordinal()];
    }

    double demand(int ordinal) {
        return demands[ordinal];
    }

    boolean hasDemand() {
        for (double demand : demands) {
            if (demand != 0) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof UsageEntry other
                && id.equals(other.id)
                && scope == other.scope
                && born == other.born
                && Arrays.equals(counts, other.counts)
                && Arrays.equals(demands, other.demands);
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, scope, born, Arrays.hashCode(counts), Arrays.hashCode(demands));
    }

    @Override
    public String toString() {
        return scope + " " + id + " born " + born + " " + Arrays.toString(counts) + " " + Arrays.toString(demands);
    }
}
