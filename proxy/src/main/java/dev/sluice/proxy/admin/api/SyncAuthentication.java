package dev.sluice.proxy.admin.api;

/** How peers authenticate each other. */
public enum SyncAuthentication {
    /** There is no sync. */
    OFF,
    /** Whoever reaches the port is a peer. */
    NONE,
    /** By CURVE keys that are listed. */
    CURVE
}
