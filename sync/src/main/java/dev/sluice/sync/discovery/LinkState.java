package dev.sluice.sync.discovery;

/** From worst to best. */
public enum LinkState {
    /** No endpoint at all. */
    INVALID,
    /** A name without an address, so far. */
    UNRESOLVED,
    /** Nothing heard yet, or not for a minute. */
    DOWN,
    /** It is heard, but what it says is not used. */
    UNTRUSTED,
    UP
}
