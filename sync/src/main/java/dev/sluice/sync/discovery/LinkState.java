package dev.sluice.sync.discovery;

/** The state of the link to one address, from worst to best. */
public enum LinkState {
    /** The text is no valid endpoint. */
    INVALID,
    /** The name has no address so far. */
    UNRESOLVED,
    /** No report was received yet, or none for a minute. */
    DOWN,
    /** Reports are received, but they are dropped. */
    UNTRUSTED,
    UP
}
