package dev.sluice.sync.discovery;

import dev.sluice.sync.zmq.LinkStatus;
import dev.sluice.sync.zmq.LinkStatus.State;

/**
 * What an endpoint stands for: an address, or a problem.
 *
 * @param source who named the endpoint, as in {@link LinkStatus#source}
 * @param state {@link State#INVALID} or {@link State#UNRESOLVED} with a problem, {@link State#UNHEARD} with an address
 */
public record ResolvedEndpoint(String endpoint, String source, String address, State state, String problem) {
    public static ResolvedEndpoint of(String endpoint, String source, Endpoint address) {
        return new ResolvedEndpoint(endpoint, source, address.text(), State.UNHEARD, "");
    }

    static ResolvedEndpoint problem(String endpoint, String source, State state, String problem) {
        return new ResolvedEndpoint(endpoint, source, "", state, problem);
    }

    public boolean isRelay() {
        return source.equals(LinkStatus.RELAY);
    }

    public boolean hasAddress() {
        return !address.isEmpty();
    }
}
