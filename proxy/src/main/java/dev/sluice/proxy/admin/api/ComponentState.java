package dev.sluice.proxy.admin.api;

/** The state of one part of a process. */
public enum ComponentState {
    OK,
    /** It isn't configured. */
    OFF,
    /** It hasn't been looked at yet. */
    UNKNOWN,
    /** It doesn't do its work. */
    FAILING,
    /** The gateway: it can't be connected to. */
    UNREACHABLE,
    /** A file can't be used; what it held before stays in use. */
    STALE,
    /** The certificate in use is no longer valid. */
    EXPIRED
}
