package dev.sluice.proxy.downstream;

import dev.sluice.policy.listen.TrustedProxies;
import dev.sluice.proxy.exchange.ExchangeTimeouts;
import dev.sluice.proxy.upstream.GatewayAddresses;
import dev.sluice.proxy.upstream.UpstreamOptions;
import java.net.InetSocketAddress;

/**
 * The options of the request path.
 *
 * @param listen port 0: any free port
 * @param upstream the gateway's addresses as last looked up; asked at each connect
 * @param eventLoops 1 or more
 * @param maxHeadBytes request line and headers together
 * @param headTimeoutNanos from a request's first byte to the end of its head
 * @param idleTimeoutNanos a client that sends and takes nothing for this long is closed
 * @param responseTimeoutNanos for RGW: from the end of a request to the head of its response, and between parts of it
 * @param upstreamIdleNanos how long an unused upstream connection is kept; must be below RGW's own timeout (65 s)
 * @param trustedProxies whose forwarding headers and PROXY headers are trusted
 * @param bounds further bounds for clients
 */
public record ProxyOptions(
        InetSocketAddress listen,
        GatewayAddresses upstream,
        int eventLoops,
        int maxHeadBytes,
        long headTimeoutNanos,
        long idleTimeoutNanos,
        long connectTimeoutNanos,
        long responseTimeoutNanos,
        long upstreamIdleNanos,
        TrustedProxies trustedProxies,
        ClientBounds bounds) {
    public ProxyOptions {
        if (eventLoops < 1) {
            throw new IllegalArgumentException("at least one event loop, not " + eventLoops);
        }
        if (maxHeadBytes < 1024) {
            throw new IllegalArgumentException("a head may take 1 KiB at least, not " + maxHeadBytes);
        }
        if (headTimeoutNanos <= 0
                || idleTimeoutNanos <= 0
                || connectTimeoutNanos <= 0
                || responseTimeoutNanos <= 0
                || upstreamIdleNanos <= 0) {
            throw new IllegalArgumentException("timeouts must be positive");
        }
    }

    /** Without trusted proxies, and with {@link ClientBounds#DEFAULT}. */
    public ProxyOptions(
            InetSocketAddress listen,
            GatewayAddresses upstream,
            int eventLoops,
            int maxHeadBytes,
            long headTimeoutNanos,
            long idleTimeoutNanos,
            long connectTimeoutNanos,
            long responseTimeoutNanos,
            long upstreamIdleNanos) {
        this(
                listen,
                upstream,
                eventLoops,
                maxHeadBytes,
                headTimeoutNanos,
                idleTimeoutNanos,
                connectTimeoutNanos,
                responseTimeoutNanos,
                upstreamIdleNanos,
                TrustedProxies.NONE,
                ClientBounds.DEFAULT);
    }

    /** How the gateway is connected to. */
    UpstreamOptions upstreamOptions() {
        return new UpstreamOptions(upstream, connectTimeoutNanos, upstreamIdleNanos);
    }

    /** How long an exchange waits without progress. */
    ExchangeTimeouts exchangeTimeouts() {
        return new ExchangeTimeouts(responseTimeoutNanos, idleTimeoutNanos);
    }

    /** Returns the same options with other trusted proxies. */
    public ProxyOptions trusting(TrustedProxies proxies) {
        return with(proxies, bounds);
    }

    /** Returns the same options with other bounds. */
    public ProxyOptions with(ClientBounds newBounds) {
        return with(trustedProxies, newBounds);
    }

    private ProxyOptions with(TrustedProxies proxies, ClientBounds newBounds) {
        return new ProxyOptions(
                listen,
                upstream,
                eventLoops,
                maxHeadBytes,
                headTimeoutNanos,
                idleTimeoutNanos,
                connectTimeoutNanos,
                responseTimeoutNanos,
                upstreamIdleNanos,
                proxies,
                newBounds);
    }
}
