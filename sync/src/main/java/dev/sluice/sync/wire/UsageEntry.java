package dev.sluice.sync.wire;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.limits.pacing.DemandRate;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The counts and demands of one subject in a report: what the sender has admitted and what its clients ask for.
 * Immutable.
 *
 * <p>{@code born} is the sequence of the first report that had the subject, in this incarnation or since the sender
 * last forgot the subject. Counts begin at 0 there. A receiver that has all reports since then knows the subject as
 * new and charges all of it. A receiver that came later takes the counts as its baseline. {@link #BORN_UNKNOWN}:
 * the birth is more than {@link ReportCodec#AGE_MAX} reports before this one.
 */
public final class UsageEntry {
    /** A birth that is too long ago to be reported. */
    public static final long BORN_UNKNOWN = 0;

    private static final double[] NO_DEMANDS = new double[Dimension.count()];

    private final SubjectId id;
    private final Scope scope;
    private final long born;
    private final long[] counts;
    private final double[] demands;

    /** Makes an entry of a subject without demand. */
    public UsageEntry(SubjectId id, Scope scope, long born, long[] counts) {
        this(id, scope, born, counts, NO_DEMANDS);
    }

    /**
     * Makes an entry.
     *
     * @param born at least 1, or {@link #BORN_UNKNOWN}
     * @param counts by {@link Dimension#ordinal()}, each at least 0; copied
     * @param demands by {@link Dimension#ordinal()}, a second; rounded as {@link DemandRate} does
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

    /** The cumulative admitted count, at least 0; for a gauge the requests in flight. */
    public long count(Dimension dimension) {
        return counts[dimension.ordinal()];
    }

    long count(int ordinal) {
        return counts[ordinal];
    }

    /** The demand, a second, at least 0. */
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
