package dev.sluice.proxy.upstream;

import java.net.InetSocketAddress;
import java.util.function.Supplier;

/**
 * How the gateway is connected to.
 *
 * @param address as last looked up; asked at each connect, must not block
 * @param connectTimeoutNanos for the TCP connection and as much again for the TLS handshake
 * @param idleTimeoutNanos how long an unused connection is kept
 */
public record UpstreamOptions(Supplier<InetSocketAddress> address, long connectTimeoutNanos, long idleTimeoutNanos) {
    public UpstreamOptions {
        if (connectTimeoutNanos <= 0 || idleTimeoutNanos <= 0) {
            throw new IllegalArgumentException("timeouts must be positive");
        }
    }
}
