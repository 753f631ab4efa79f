package dev.sluice.limits.admission;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Membership;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.limits.pacing.RemoteNode;
import dev.sluice.limits.sharing.RemoteUsageSink;
import java.util.Optional;

/**
 * What {@code sync} needs of the limiter: it reads what this node admitted and wants, charges what others did, and says
 * who is heard. Implementations are safe for concurrent use by event loops, the publisher and the subscriber thread.
 */
public interface UsageRegistry {
    /** A subject is visited by one of so many calls of {@link #measure} in a row, at least. */
    int VISITS_APART_MAX = 5;

    /** Receives subjects one after the other. */
    interface Visitor {
        /** Called once per subject. */
        void visit(LocalUsage subject);
    }

    /** Where to apply remote usage of a subject's dimension; empty while the subject has no account. */
    default Optional<RemoteUsageSink> sink(SubjectId id, Dimension dimension) {
        return Optional.empty();
    }

    /** Visits every subject that has a limit and that this node uses, without measuring. */
    void forEachSubject(Visitor visitor);

    /**
     * Measures the demand since the last visit and visits the subjects that have a limit and that were asked for on this
     * node since it came to know them. Those whose limits are far from being used may be left out, but not of
     * {@value #VISITS_APART_MAX} calls in a row. To be called once an interval, by one thread.
     */
    void measure(Visitor visitor, long nowNanos);

    /** Whether the demand of a subject has risen so much that others should hear of it before the next tick. */
    boolean hasUrgentUpdate();

    /**
     * Sets who is called when there is a surprise after there was none. It is called by any thread, event loops too, and
     * must neither block nor throw.
     */
    void onUrgentUpdate(Runnable wake);

    /** As {@link #measure}, of those subjects alone. */
    void measureUrgent(Visitor visitor, long nowNanos);

    /**
     * Takes what another node says of a subject. Creates the subject where it isn't known yet, so that a first local
     * request meets what others have used.
     *
     * @param amount what it admitted and wasn't charged yet, at least 0; for a gauge any change, down too
     * @param demandPerSecond what is asked for there; replaces what it said before
     * @param nowNanos monotonic
     */
    void applyRemote(
            RemoteNode from,
            SubjectId id,
            Scope scope,
            Dimension dimension,
            long amount,
            double demandPerSecond,
            long nowNanos);

    /** Who is heard has changed. */
    void updateMembership(Membership membership, long nowNanos);
}
