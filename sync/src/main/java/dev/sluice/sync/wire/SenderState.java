package dev.sluice.sync.wire;

/** Whether more reports of this incarnation will follow. */
public enum SenderState {
    RUNNING,
    /** The sender shuts down. Receivers release its requests in flight at once. */
    SHUTTING_DOWN
}
