package dev.sluice.policy.source;

import dev.sluice.limits.admission.Admission;

/**
 * The policy that requests meet, swapped as a whole.
 *
 * <p>A request first looks up its identity in {@link #current}, then is charged to the limits. A swap goes the other
 * way: the limits reach every account before the one volatile write that publishes the snapshot. So no request combines
 * an identity of a newer snapshot with limits of an older one: a user that a change makes known has its limits from its
 * first request on.
 */
public final class PolicyInForce {
    private final Admission admission;
    private volatile PolicySnapshot current;

    /**
     * Starts with the snapshot whose limits {@code admission} was made with.
     */
    public PolicyInForce(Admission admission, PolicySnapshot first) {
        this.admission = admission;
        this.current = first;
    }

    /** The snapshot in force. Never blocks. */
    public PolicySnapshot current() {
        return current;
    }

    /** Brings another snapshot into force. Swaps wait for each other. */
    public synchronized void swap(PolicySnapshot next, long nowNanos) {
        admission.policy(next.limits(), nowNanos);
        current = next;
    }
}
