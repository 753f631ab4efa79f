package dev.sluice.proxy.admin.http;

/** Which clients may call a route. */
public enum RouteAccess {
    /** Every client: the paths that an orchestrator probes. */
    PUBLIC,
    /** Clients that present the admin token, where one is configured. */
    TOKEN,
    /** Clients that present the admin token; nobody where none is configured: the paths that change something. */
    TOKEN_ALWAYS
}
