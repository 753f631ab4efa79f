package dev.sluice.proxy.admin.api;

/** Whether another sidecar has the limits of this one in force. */
public enum LimitsComparison {
    SAME,
    DIFFERENT,
    /** One of the two has not reported its limits. */
    UNKNOWN;

    /** Compares two fingerprints; 0: not reported. */
    public static LimitsComparison of(long own, long other) {
        if (own == 0 || other == 0) {
            return UNKNOWN;
        }
        return own == other ? SAME : DIFFERENT;
    }
}
