package dev.sluice.quota.rate;

import java.util.List;

/** Whether tokens were taken: of all quotas, or of none. Immutable. */
public sealed interface RateDecision {
    /** The wait of tokens that can never be taken at once. */
    long NEVER = -1;

    /**
     * All tokens were taken.
     *
     * @param views each quota afterwards, in the order of the steps
     */
    record Taken(List<RateView> views, RateCharge charge) implements RateDecision {
        /** Copies. */
        public Taken {
            views = List.copyOf(views);
        }
    }

    /**
     * A quota had too few tokens left. Nothing was taken.
     *
     * @param step the number of the step whose quota takes longest, from 0
     * @param waitNanos until the call would succeed on this node if nobody else takes tokens, above 0;
     *     {@link #NEVER}: never, because more tokens are asked for than the quota holds
     */
    record Refused(int step, long waitNanos, RateView view) implements RateDecision {}

    /** The idempotency key was used for another call. Nothing was taken. */
    record KeyReused() implements RateDecision {}

    /**
     * There is no such quota. Nothing was taken.
     *
     * @param step the number of the first such step, from 0
     */
    record Missing(int step) implements RateDecision {}
}
