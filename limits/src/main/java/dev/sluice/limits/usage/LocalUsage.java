package dev.sluice.limits.usage;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.limits.pacing.DemandRate;

/**
 * The use that this node makes of one subject's limits: what {@code sync} reads to decide what to report to the peers.
 * It is a view of live counters, valid during the visit. Belongs to the thread that reports.
 */
public interface LocalUsage {
    /** The count of a dimension that has no limit. */
    long NO_LIMIT = -1;

    SubjectId id();

    Scope scope();

    /**
     * The units that this node admitted since it knows the subject. The count never falls. For a gauge it is the
     * requests in flight now. {@link #NO_LIMIT} where the dimension has no limit.
     */
    long admitted(Dimension dimension);

    /** The demand on this node, a second, as {@link DemandRate#rounded}; 0 where peers don't need it. */
    double demand(Dimension dimension);

    /** A node's even share of the limit, a second, as of the last measurement; 0 where the limit is not paced. */
    double evenShare(Dimension dimension);

    /** Whether the cluster used so little of the limit at the last measurement that no node is near it. */
    boolean isFarBelowLimit(Dimension dimension);

    /** Whether the limit was nearly used up at the last measurement. */
    boolean isNearLimit(Dimension dimension);

    /**
     * Counts units as reported to the peers. A node's own load enters the load history only then, because the peers
     * count it from then on too.
     *
     * @param amount units that were not counted as reported before
     */
    void countReported(Dimension dimension, long amount);

    /** What was measured last is in no report: it is not worth one, or did not fit. */
    default void reportDeferred() {}

    /** Whether it matters that each report of the subject is received by all peers. */
    default boolean needsReceipts() {
        return false;
    }
}
