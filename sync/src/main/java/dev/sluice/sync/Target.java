package dev.sluice.sync;

import dev.sluice.sync.LinkStatus.State;

/**
 * What an endpoint stands for: an address, or a problem.
 *
 * @param source who named the endpoint, as in {@link LinkStatus#source}
 * @param state {@link State#INVALID} or {@link State#UNRESOLVED} with a problem, {@link State#UNHEARD} with an address
 */
record Target(String endpoint, String source, String address, State state, String problem) {
    static Target of(String endpoint, String source, Endpoint address) {
        return new Target(endpoint, source, address.text(), State.UNHEARD, "");
    }

    static Target problem(String endpoint, String source, State state, String problem) {
        return new Target(endpoint, source, "", state, problem);
    }

    boolean isRelay() {
        return source.equals(LinkStatus.RELAY);
    }

    boolean hasAddress() {
        return !address.isEmpty();
    }
}
