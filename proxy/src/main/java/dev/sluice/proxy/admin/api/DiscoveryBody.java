package dev.sluice.proxy.admin.api;

/**
 * The search for peers.
 *
 * @param source where it searches: {@code dns} or {@code ceph-service-map}
 * @param found endpoints, by the last search that succeeded
 * @param problem why the last search failed; empty: it succeeded
 * @param lastSuccessAgeSeconds since the last search that succeeded
 */
public record DiscoveryBody(String source, int found, String problem, double lastSuccessAgeSeconds) {}
