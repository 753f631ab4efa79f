package dev.sluice.proxy.admin.api;

/**
 * A client of the bus that was refused for want of a listed key.
 *
 * @param publicKey that it proved to have
 * @param address it last came from
 * @param attempts how often it was refused
 * @param lastAttemptAgeSeconds since the last time
 */
public record UnauthenticatedRow(String publicKey, String address, long attempts, double lastAttemptAgeSeconds) {}
