package dev.sluice.sync.wire;

/** What a node's knowledge of the past is worth to others. */
public enum HistorySenderState {
    /** It knows as much as can be known. */
    INFORMED,
    /** It has just started itself, and still waits for what others know. */
    ASKING
}
