package dev.sluice.proxy.http1;

/** The result of parsing a head. */
public enum HeadParseResult {
    /** Complete and valid. */
    COMPLETE,
    /** Valid so far; more bytes are needed. */
    INCOMPLETE,
    /** Malformed; no further byte can change that. */
    INVALID
}
