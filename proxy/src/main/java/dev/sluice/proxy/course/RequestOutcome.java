package dev.sluice.proxy.course;

import dev.sluice.proxy.response.ErrorKind;

/** What became of a request. They exclude each other: each request has one. */
public enum RequestOutcome {
    /** RGW responded, with whatever status, and the whole response was passed on. */
    SERVED,
    /** A limit rejected it. */
    REJECTED,
    /** The sidecar had no place for its connection. */
    TOO_MANY_CONNECTIONS,
    /** It was no valid HTTP. */
    MALFORMED,
    /** Its client sent it too slowly. */
    TIMED_OUT,
    /** There was no connection to RGW (502). */
    GATEWAY_UNREACHABLE,
    /** RGW closed the connection before it responded, or its response was malformed (502). */
    GATEWAY_BROKEN,
    /** RGW did not respond in time (504). */
    GATEWAY_TIMED_OUT,
    /** The response broke off at RGW's side after its beginning had been passed on. */
    CUT_OFF,
    /** The client went away before the end, or took the response too slowly. */
    CLIENT_GONE;

    static RequestOutcome of(ErrorKind kind) {
        return switch (kind) {
            case MALFORMED, HEAD_TOO_LARGE, METHOD_NOT_ALLOWED -> MALFORMED;
            case REQUEST_TIMEOUT -> TIMED_OUT;
            case TOO_MANY_CONNECTIONS -> TOO_MANY_CONNECTIONS;
            case UPSTREAM_UNREACHABLE -> GATEWAY_UNREACHABLE;
            case UPSTREAM_CLOSED, UPSTREAM_INVALID -> GATEWAY_BROKEN;
            case UPSTREAM_TIMEOUT -> GATEWAY_TIMED_OUT;
        };
    }
}
