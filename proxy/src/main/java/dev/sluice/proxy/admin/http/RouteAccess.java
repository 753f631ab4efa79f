package dev.sluice.proxy.admin.http;

/** Who may call a route. */
public enum RouteAccess {
    /** Everybody: what an orchestrator asks. */
    PUBLIC,
    /** Those who present the admin token, where one is configured. */
    TOKEN
}
