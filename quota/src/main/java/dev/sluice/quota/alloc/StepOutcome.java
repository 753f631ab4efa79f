package dev.sluice.quota.alloc;

/** Whether one quota of a change could be changed. */
public enum StepOutcome {
    /** It was changed, with all others. */
    APPLIED,
    /** It could have been, but another quota could not. */
    NOT_APPLIED,
    /** There is no such quota. */
    NOT_FOUND,
    /** The quota has another version. */
    INVALID_VERSION,
    /** So many tokens are not left. */
    NO_CAPACITY,
    /** So many tokens are not allocated, or the lease doesn't hold so many. */
    NOT_ALLOCATED,
    /** The lease asked for is longer than the quota allows. */
    LEASE_TOO_LONG
}
