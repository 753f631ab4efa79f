package dev.sluice.proxy.tls;

import java.util.Optional;

/**
 * On which sides of the proxy there is TLS.
 *
 * @param clients empty: they talk plain HTTP
 * @param gateway empty: it is talked to in plain HTTP
 */
public record TlsOptions(Optional<DownstreamTls> clients, Optional<UpstreamTls> gateway) {
    /** On none; nothing of TLS is loaded. */
    public static final TlsOptions NONE = new TlsOptions(Optional.empty(), Optional.empty());
}
