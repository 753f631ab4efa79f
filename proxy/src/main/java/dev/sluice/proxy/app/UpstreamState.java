package dev.sluice.proxy.app;

/** What the last probes of the gateway found. */
enum UpstreamState {
    /** There was no probe yet. */
    UNPROBED,
    UP,
    DOWN
}
