package dev.sluice.proxy.quota.server;

/** How a connection counts towards the bound on connections. */
enum ConnectionPlace {
    /** Its requests are served. */
    SERVED,
    /** It is one of a few beyond the bound: its first request gets a 503, so that its client waits instead of coming back. */
    BEYOND,
    /** It is closed at once. */
    NONE
}
