package dev.sluice.sync.trust;

/**
 * The link that a report came by.
 *
 * @param address {@code tcp://address:port} of the peer or relay
 * @param key the public key that the peer has proved to have; empty: without keys
 */
public record ReportOrigin(String address, String key) {
    /** The origin of a report without keys. */
    public static ReportOrigin of(String address) {
        return new ReportOrigin(address, "");
    }
}
