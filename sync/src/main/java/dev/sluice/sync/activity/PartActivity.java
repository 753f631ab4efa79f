package dev.sluice.sync.activity;

/**
 * How a part of a sidecar is: its gateway, or its limits file. Immutable.
 *
 * @param ageMillis for how long it has been so, at least 0
 * @param sealedProblem what is wrong, sealed, one character for each byte: at most {@value #PROBLEM_BYTES_MAX}; empty:
 *     nothing
 */
public record PartActivity(ActivityState state, long ageMillis, String sealedProblem) {
    /** The longest text. */
    public static final int PROBLEM_BYTES_MAX = 500;

    /** Nothing is known. */
    public static final PartActivity UNKNOWN = new PartActivity(ActivityState.UNKNOWN, 0, "");

    public PartActivity {
        if (ageMillis < 0) {
            throw new IllegalArgumentException("an age of " + ageMillis + " ms");
        }
        if (sealedProblem.length() > PROBLEM_BYTES_MAX) {
            throw new IllegalArgumentException("a problem of " + sealedProblem.length() + " bytes");
        }
    }
}
