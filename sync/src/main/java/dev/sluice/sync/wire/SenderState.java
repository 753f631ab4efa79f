package dev.sluice.sync.wire;

/** The state of the sender of a report. */
public enum SenderState {
    RUNNING,
    /** The sender has just started, and asks for what its peers know of the past. */
    ASKING,
    /** The sender shuts down. Receivers release its requests in flight at once. No report of the incarnation follows. */
    SHUTTING_DOWN
}
