package dev.sluice.limits.model;

/**
 * What happens to a request that a limit has no room for. Immutable.
 *
 * @param action what is done
 * @param maxWaitNanos how long the request may wait for room before it is rejected, {@value #MAX_WAIT_NANOS_MIN} to
 *     {@value #MAX_WAIT_NANOS_MAX}; 0 where it doesn't wait
 */
public record OnExceed(Action action, long maxWaitNanos) {
    /** The shortest bound of a wait. */
    public static final long MAX_WAIT_NANOS_MIN = 1_000_000L;
    /** The longest bound of a wait: clients and balancers give up soon after. */
    public static final long MAX_WAIT_NANOS_MAX = 60_000_000_000L;

    /** It is rejected. */
    public static final OnExceed REJECT = new OnExceed(Action.REJECT, 0);
    /** Counted as would-reject, never rejected: for trying a limit out on live traffic. */
    public static final OnExceed SHADOW = new OnExceed(Action.SHADOW, 0);

    /** What is done. */
    public enum Action {
        REJECT,
        /** It waits for its turn, and is rejected when none has come in time. */
        WAIT,
        SHADOW
    }

    public OnExceed {
        boolean isInRange = maxWaitNanos >= MAX_WAIT_NANOS_MIN && maxWaitNanos <= MAX_WAIT_NANOS_MAX;
        if (action == Action.WAIT ? !isInRange : maxWaitNanos != 0) {
            throw new IllegalArgumentException(action + " can't wait for " + maxWaitNanos + " ns");
        }
    }

    /** It waits for its turn, so long at most. */
    public static OnExceed waitUpTo(long maxWaitNanos) {
        return new OnExceed(Action.WAIT, maxWaitNanos);
    }

    /** Whether requests that find no room are admitted and counted. */
    public boolean isShadow() {
        return action == Action.SHADOW;
    }

    /** Whether requests that find no room wait. */
    public boolean mayWait() {
        return action == Action.WAIT;
    }

    /** As it always was where nothing waits: fingerprints of limits contain it. */
    @Override
    public String toString() {
        return mayWait() ? action + " " + maxWaitNanos : action.name();
    }
}
