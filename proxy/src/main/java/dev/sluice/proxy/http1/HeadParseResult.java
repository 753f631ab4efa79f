package dev.sluice.proxy.http1;

/** What became of a head. */
public enum HeadParseResult {
    /** All of it is there and good. */
    COMPLETE,
    /** Good so far; more bytes are needed. */
    INCOMPLETE,
    /** It was refused, and no further byte can change that. */
    INVALID
}
