package dev.sluice.sync.discovery;

/**
 * How things stand with one address that this node is to connect to.
 *
 * @param endpoint as configured, or found
 * @param source where it comes from: {@value #CONFIGURED}, {@value #RELAY}, or a {@link Discovery#source}
 * @param address {@code tcp://address:port} that it stands for; empty where there is none
 * @param problem for people: why it is not heard or not believed; empty while there is nothing to say
 */
public record LinkStatus(String endpoint, String source, String address, LinkState state, String problem) {
    /** Of endpoints that stand in the settings. */
    public static final String CONFIGURED = "static";

    /** Of the relays in the settings. */
    public static final String RELAY = "relay";
}
