package dev.sluice.sync.wire;

/** Whether more reports of this incarnation will follow. */
public enum SenderState {
    RUNNING,
    /** The sender shuts down in good order: what it holds may be given up at once. */
    SHUTTING_DOWN
}
