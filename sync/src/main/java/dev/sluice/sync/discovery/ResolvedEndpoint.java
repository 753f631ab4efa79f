package dev.sluice.sync.discovery;

import dev.sluice.sync.config.Endpoint;

/**
 * The result for one endpoint: an address or a problem.
 *
 * @param source where the endpoint comes from, as in {@link LinkStatus#source}
 * @param state {@link LinkState#INVALID} or {@link LinkState#UNRESOLVED} with a problem, {@link LinkState#DOWN}
 *     with an address
 */
public record ResolvedEndpoint(String endpoint, String source, String address, LinkState state, String problem) {
    public static ResolvedEndpoint of(String endpoint, String source, Endpoint address) {
        return new ResolvedEndpoint(endpoint, source, address.text(), LinkState.DOWN, "");
    }

    static ResolvedEndpoint problem(String endpoint, String source, LinkState state, String problem) {
        return new ResolvedEndpoint(endpoint, source, "", state, problem);
    }

    public boolean isRelay() {
        return source.equals(LinkStatus.RELAY);
    }

    public boolean hasAddress() {
        return !address.isEmpty();
    }
}
