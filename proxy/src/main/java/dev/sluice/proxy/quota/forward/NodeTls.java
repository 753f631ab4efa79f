package dev.sluice.proxy.quota.forward;

import dev.sluice.common.HostPort;
import dev.sluice.policy.keys.GatewayTrust;
import dev.sluice.proxy.tls.TlsContexts;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS with other nodes. The certificate of a node must be for the host at which it is connected to, and signed by an authority
 * that is trusted; otherwise its calls fail unsent. Thread-safe.
 */
public final class NodeTls {
    private static final Logger LOG = LoggerFactory.getLogger(NodeTls.class);
    /** Within the time of a call. */
    private static final long HANDSHAKE_MILLIS_MAX = 2_000;
    /** A node with a wrong certificate fails each call: one line in ten seconds is enough. */
    private static final long LOG_INTERVAL_NANOS = 10_000_000_000L;

    private final SslContext context;
    private final AtomicLong nextLogNanos = new AtomicLong(System.nanoTime());

    private NodeTls(SslContext context) {
        this.context = context;
    }

    /**
     * TLS that trusts these authorities.
     *
     * @throws SSLException if they can't be used
     */
    public static NodeTls of(GatewayTrust trust) throws SSLException {
        return new NodeTls(TlsContexts.client(trust, TlsContexts.bestProvider()));
    }

    /** Puts TLS in front of the channel's handlers to come. What is written waits for the handshake, or fails with it. */
    void addTo(Channel channel, HostPort node) {
        SslHandler handler = context.newHandler(channel.alloc(), node.host(), node.port());
        handler.setHandshakeTimeoutMillis(HANDSHAKE_MILLIS_MAX);
        handler.handshakeFuture().addListener(done -> {
            if (!done.isSuccess()) {
                report(node, done.cause());
            }
        });
        channel.pipeline().addLast(handler);
    }

    private void report(HostPort node, Throwable cause) {
        long nowNanos = System.nanoTime();
        long next = nextLogNanos.get();
        if (nowNanos - next >= 0 && nextLogNanos.compareAndSet(next, nowNanos + LOG_INTERVAL_NANOS)) {
            LOG.warn("no TLS with the quota port of {}: {}", node, String.valueOf(cause.getMessage()));
        }
    }
}
