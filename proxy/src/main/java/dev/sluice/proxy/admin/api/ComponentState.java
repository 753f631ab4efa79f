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
    /** The gateway, or its Admin API: it can't be connected to. */
    UNREACHABLE,
    /** The Admin API: the secret key is not the admin user's. */
    WRONG_SECRET,
    /** The Admin API: there is no user with the access key. */
    UNKNOWN_ACCESS_KEY,
    /** The Admin API: the admin user may not read what is needed. */
    MISSING_CAPABILITY,
    /** The Admin API: the clocks differ too much. */
    CLOCK_SKEW,
    /** The Admin API: the gateway doesn't serve it. */
    NOT_SERVED,
    /** A file can't be used; what it held before stays in use. */
    STALE,
    /** The certificate in use is no longer valid. */
    EXPIRED,
    /** Clients: all seem to have one address, so they can't be told apart by it. */
    ONE_ADDRESS
}
