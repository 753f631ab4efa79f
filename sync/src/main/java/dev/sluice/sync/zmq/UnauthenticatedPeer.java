package dev.sluice.sync.zmq;

/**
 * Somebody who wanted to listen and was refused, for want of a listed key.
 *
 * @param publicKey what it proved to have, 40 characters of Z85
 * @param address where it last came from
 * @param times how often it was refused
 * @param lastNanos when it last was, monotonic
 */
public record UnauthenticatedPeer(String publicKey, String address, long times, long lastNanos) {}
