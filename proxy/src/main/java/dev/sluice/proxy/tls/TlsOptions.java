package dev.sluice.proxy.tls;

import java.util.Optional;

/**
 * On which sides of the proxy there is TLS.
 *
 * @param clients empty: clients use plain HTTP
 * @param gateway empty: the gateway uses plain HTTP
 */
public record TlsOptions(Optional<DownstreamTls> clients, Optional<UpstreamTls> gateway) {
    /** TLS on neither side; no class of TLS is loaded. */
    public static final TlsOptions NONE = new TlsOptions(Optional.empty(), Optional.empty());
}
