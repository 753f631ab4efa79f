package dev.sluice.sync.wire;

/** What a node's knowledge of the past is worth to others. */
public enum HistorySenderState {
    /** It knows as much as can be known. */
    INFORMED,
    /** It doesn't know what was before its start: it has just started itself, or nobody told it. */
    ASKING
}
