package dev.sluice.sync;

import dev.sluice.sync.LinkStatus.State;

/**
 * What an endpoint stands for: an address, or a problem.
 *
 * @param state {@link State#INVALID} or {@link State#UNRESOLVED} with a problem, {@link State#UNHEARD} with an address
 */
record Target(String endpoint, String address, State state, String problem) {
    static Target of(String endpoint, Endpoint address) {
        return new Target(endpoint, address.text(), State.UNHEARD, "");
    }

    static Target problem(String endpoint, State state, String problem) {
        return new Target(endpoint, "", state, problem);
    }

    boolean hasAddress() {
        return !address.isEmpty();
    }
}
