package dev.sluice.limits;

/**
 * What {@code sync} needs of the limiter: it reads what this node admitted and charges what others did.
 * Implementations are safe for concurrent use by event loops, the publisher and the subscriber thread.
 */
public interface UsageBook {
    /** Receives one subject's counters. */
    interface Visitor {
        /**
         * Called once per subject.
         *
         * @param counts by {@link Dimension#ordinal()}: what this node admitted since it came to know the subject,
         *     cumulative, never falling (a gauge: the requests in flight now); -1 where there is no limit. The array
         *     is reused between calls.
         */
        void subject(SubjectId id, Scope scope, long[] counts);
    }

    /** Visits every subject that has a limit and that this node admitted anything for since it came to know it. */
    void forEachSubject(Visitor visitor);

    /**
     * Charges what another node admitted. Creates the subject where it isn't known yet, so that a first local
     * request meets what others have used.
     *
     * @param amount at least 0; for a gauge any change, down too
     * @param nowNanos monotonic
     */
    void chargeRemote(SubjectId id, Scope scope, Dimension dimension, long amount, long nowNanos);
}
