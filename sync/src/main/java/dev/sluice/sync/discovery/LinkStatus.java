package dev.sluice.sync.discovery;

/**
 * The status of the link to one address, for people.
 *
 * @param endpoint as configured or discovered
 * @param source where it comes from: {@value #CONFIGURED}, {@value #RELAY}, or a {@link Discovery#source}
 * @param address {@code tcp://address:port} of the endpoint; empty: there is none
 * @param problem why there is no connection, or why reports are dropped; empty: there is nothing to say
 */
public record LinkStatus(String endpoint, String source, String address, LinkState state, String problem) {
    /** The source of endpoints from the settings. */
    public static final String CONFIGURED = "static";

    /** The source of relays from the settings. */
    public static final String RELAY = "relay";
}
