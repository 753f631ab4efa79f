package dev.sluice.proxy.downstream;

/** What a client's connection is doing. */
enum SequencerState {
    /** No request is read before it is known whose connection this is. */
    SETUP,
    /** The next request's head is read. */
    AWAITING_HEAD,
    /** The next request is there, but the client does not take its responses: it waits until the client does. */
    AWAITING_CLIENT,
    /** The request waits for room in a limit. Its head is in the input, and its body is not asked for. */
    HELD,
    /** The exchange is active. */
    FORWARDING,
    /** The request was rejected. The rest of its body is dropped, then the next head is awaited. */
    DROPPING_BODY,
    /** The last response was written. Whatever the client sends is dropped until it closes. */
    LINGERING,
    /** The connection is being cut off; its close follows. */
    ABORTING,
    CLOSED
}
