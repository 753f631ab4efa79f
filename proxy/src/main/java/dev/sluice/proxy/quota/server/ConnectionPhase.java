package dev.sluice.proxy.quota.server;

/** What a connection of the quota port waits for. */
enum ConnectionPhase {
    HANDSHAKE,
    HEAD,
    BODY,
    /** For a response that comes later. */
    ANSWER,
    /** For events, which go to the client until it leaves. */
    STREAMING,
    /** For the end of a body that nobody wants. */
    DROPPING,
    /** For the client to close. */
    LINGERING,
    CLOSED
}
