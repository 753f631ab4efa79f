package dev.sluice.sync.zmq;

/**
 * A node that was refused because its key is not listed.
 *
 * @param publicKey the key that it proved to have, 40 characters of Z85
 * @param address from which it last came
 * @param times how often it was refused
 * @param lastNanos time of the last refusal, monotonic
 */
public record UnauthenticatedPeer(String publicKey, String address, long times, long lastNanos) {}
