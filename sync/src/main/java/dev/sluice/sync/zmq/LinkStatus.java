package dev.sluice.sync.zmq;

import dev.sluice.sync.discovery.Discovery;

/**
 * How things stand with one address that this node is to connect to.
 *
 * @param endpoint as configured, or found
 * @param source where it comes from: {@value #CONFIGURED}, {@value #RELAY}, or a {@link Discovery#source}
 * @param address {@code tcp://address:port} that it stands for; empty where there is none
 * @param problem for people: why it is not heard or not believed; empty while there is nothing to say
 */
public record LinkStatus(String endpoint, String source, String address, State state, String problem) {
    /** Of endpoints that stand in the settings. */
    public static final String CONFIGURED = "static";

    /** Of the relays in the settings. */
    public static final String RELAY = "relay";

    /** From worst to best. */
    public enum State {
        /** No endpoint at all. */
        INVALID,
        /** A name without an address, so far. */
        UNRESOLVED,
        /** Nothing heard yet, or not for a minute. */
        UNHEARD,
        /** It is heard, but what it says is not used. */
        UNBELIEVED,
        HEARD
    }
}
