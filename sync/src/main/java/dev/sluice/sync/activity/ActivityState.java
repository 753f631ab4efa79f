package dev.sluice.sync.activity;

/** How a part of a sidecar is. The order is the wire's: append only. */
public enum ActivityState {
    /** It is not known, or there is no such part. */
    UNKNOWN,
    GOOD,
    BAD;

    private static final ActivityState[] ALL = values();

    /** The state of a number; {@link #UNKNOWN} of one that this release doesn't know. */
    static ActivityState at(long ordinal) {
        return ordinal >= 0 && ordinal < ALL.length ? ALL[(int) ordinal] : UNKNOWN;
    }
}
