package dev.sluice.proxy.upstream;

/**
 * How the gateway is connected to.
 *
 * @param addresses as last looked up; asked at each connect
 * @param connectTimeoutNanos for the TCP connection and as much again for the TLS handshake
 * @param idleTimeoutNanos how long an unused connection is kept
 */
public record UpstreamOptions(GatewayAddresses addresses, long connectTimeoutNanos, long idleTimeoutNanos) {
    public UpstreamOptions {
        if (connectTimeoutNanos <= 0 || idleTimeoutNanos <= 0) {
            throw new IllegalArgumentException("timeouts must be positive");
        }
    }
}
