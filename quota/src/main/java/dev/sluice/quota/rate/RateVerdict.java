package dev.sluice.quota.rate;

/** What became of a call of one quota, without the quota's state. Immutable. */
public sealed interface RateVerdict {
    /** The tokens were taken. */
    RateVerdict TAKEN = new Taken();

    /** There is no such quota. */
    RateVerdict MISSING = new Missing();

    /** The tokens were taken. */
    record Taken() implements RateVerdict {}

    /** There is no such quota. */
    record Missing() implements RateVerdict {}

    /**
     * Nothing was taken.
     *
     * @param waitNanos as in {@link RateDecision.Refused}
     */
    record Refused(long waitNanos) implements RateVerdict {}
}
