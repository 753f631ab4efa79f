package dev.sluice.proxy.admin.api;

import dev.sluice.sync.discovery.LinkState;

/**
 * One address to subscribe to.
 *
 * @param endpoint as it was configured or found
 * @param source where it comes from: {@code static}, {@code relay}, {@code dns}, {@code ceph-service-map}
 * @param address the resolved endpoint; empty: not resolved
 * @param problem for people; empty: none
 */
public record LinkRow(String endpoint, String source, String address, LinkState state, String problem) {}
