package dev.sluice.limits.usage;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Membership;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.limits.pacing.RemoteNode;
import dev.sluice.limits.sharing.HistoryOrigin;
import dev.sluice.limits.sharing.RemoteUsageSink;
import java.util.Optional;

/**
 * What {@code sync} needs of the limiter. It reads what this node admitted and demands, applies what other nodes reported,
 * and sets which nodes are live. Implementations are safe for concurrent use by event loops and the sync threads.
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
     * Measures the demand since the last call, and visits the subjects that have a limit and that this node uses. A subject
     * whose limits are far from being used up may be left out, but not by {@value #VISITS_APART_MAX} calls in a row. Called
     * once an interval, by one thread.
     */
    void measure(Visitor visitor, long nowNanos);

    /** Whether a demand has risen so much that the others should receive it before the next report. */
    boolean hasUrgentUpdate();

    /** The time between two urgent reports of this node, in the long run. */
    long urgentNanos();

    /**
     * Sets what is called when there is an urgent update after there was none. Any thread calls it, event loops too: it must
     * neither block nor throw.
     */
    void onUrgentUpdate(Runnable wake);

    /** As {@link #measure}, for the subjects with an urgent update alone. */
    void measureUrgent(Visitor visitor, long nowNanos);

    /**
     * Applies what another node reported of a subject. An unknown subject gets an account, so that its first local request
     * meets what others have used.
     *
     * @param amount what the node admitted and wasn't charged yet, at least 0; for a gauge any change, down too
     * @param demandPerSecond the node's demand, which replaces what it reported before
     * @param nowNanos monotonic
     * @return how much of the amount was refused: {@link RemoteNode#chargedMax}
     */
    long applyRemote(
            RemoteNode from,
            SubjectId id,
            Scope scope,
            Dimension dimension,
            long amount,
            double demandPerSecond,
            long nowNanos);

    /**
     * A report of a node that was unknown is about to be applied.
     *
     * @param ownId under which the others know this node
     * @param peerId under which all know that node
     */
    default RemoteNode addPeer(long ownId, long peerId) {
        return new RemoteNode(peerId);
    }

    /** The membership of the cluster has changed. */
    void updateMembership(Membership membership, long nowNanos);

    /** What was used of the limits that an origin has, for a node that has just started, as this node knows it. Any thread. */
    default UsageHistories histories(HistoryOrigin origin, long nowNanos) {
        return UsageHistories.NONE;
    }

    /**
     * Takes over what was used of a limit before this node started. Where several know of it, the most counts, not the sum.
     *
     * @return whether there is such a limit here
     */
    default boolean restore(SubjectHistory history, HistoryOrigin origin, long nowNanos) {
        return false;
    }

    /**
     * All that an origin knows was restored: nothing that was used until then is missing.
     *
     * @param untilNanos monotonic
     */
    default void markKnown(HistoryOrigin origin, long untilNanos) {}
}
