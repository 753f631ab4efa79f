package dev.sluice.proxy.admin.limits;

/** What would become of a request. */
public enum ExplainedVerdict {
    /** It is forwarded. */
    ADMITTED,
    /** It waits for room. */
    HELD,
    /** It gets 503. */
    REJECTED,
    /** Nothing limits this user. */
    EXEMPT,
    /** No limit applies. */
    UNLIMITED
}
