package dev.sluice.sync;

import dev.sluice.limits.Dimension;
import dev.sluice.limits.Scope;
import dev.sluice.limits.SubjectId;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one node has admitted for one subject. Immutable.
 *
 * <p>{@code born} is the sequence of the report in which the sender first spoke of the subject: in this incarnation,
 * or since it last forgot it. Counts begin at 0 there, so whoever has heard every report since can tell a subject that
 * is new (charge it all) from one that it came too late for (take it as it is).
 */
public final class Entry {
    private final SubjectId id;
    private final Scope scope;
    private final long born;
    private final long[] counts;

    /**
     * An entry of a report.
     *
     * @param born at least 1
     * @param counts by {@link Dimension#ordinal()}, each at least 0; copied
     */
    public Entry(SubjectId id, Scope scope, long born, long[] counts) {
        this.id = Objects.requireNonNull(id);
        this.scope = Objects.requireNonNull(scope);
        this.born = born;
        this.counts = counts.clone();
        if (born < 1) {
            throw new IllegalArgumentException("born " + born + " is below 1");
        }
        if (counts.length != Dimension.count() || Arrays.stream(counts).anyMatch(count -> count < 0)) {
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

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof Entry other
                && id.equals(other.id)
                && scope == other.scope
                && born == other.born
                && Arrays.equals(counts, other.counts);
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, scope, born, Arrays.hashCode(counts));
    }

    @Override
    public String toString() {
        return scope + " " + id + " born " + born + " " + Arrays.toString(counts);
    }
}
