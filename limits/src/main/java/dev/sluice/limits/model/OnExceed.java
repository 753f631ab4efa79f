package dev.sluice.limits.model;

/** What happens to a request that a limit has no room for. */
public enum OnExceed {
    /** It is rejected. */
    REJECT,
    /** Counted as would-reject, never rejected: for trying a limit out on live traffic. */
    SHADOW
}
