package dev.sluice.proxy.tls;

import dev.sluice.proxy.loop.LoopContext;
import dev.sluice.proxy.upstream.UpstreamConnection;
import dev.sluice.proxy.upstream.UpstreamTlsEvents;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS towards the gateway. Its certificate must be for the host that the settings name, and signed by whom the context
 * trusts; else there is no connection. Shared by all event loops.
 */
public final class UpstreamTls {
    private static final Logger LOG = LoggerFactory.getLogger(UpstreamTls.class);
    /** A gateway with a wrong certificate fails each request: a line now and then says enough. */
    private static final long LOG_INTERVAL_NANOS = 10_000_000_000L;

    private final SslContext context;
    private final String host;
    private final int port;
    private final AtomicLong nextLogNanos;

    /**
     * For one gateway.
     *
     * @param context verifies the names in certificates
     * @param host as the settings name it
     * @param nowNanos on the clock of the request path
     */
    public UpstreamTls(SslContext context, String host, int port, long nowNanos) {
        this.context = context;
        this.host = host;
        this.port = port;
        this.nextLogNanos = new AtomicLong(nowNanos);
    }

    /** Puts TLS in front of the channel's handlers to come. */
    public void addTo(Channel channel, UpstreamConnection connection, long handshakeTimeoutMillis) {
        SslHandler handler = context.newHandler(channel.alloc(), host, port);
        handler.setHandshakeTimeoutMillis(handshakeTimeoutMillis);
        channel.pipeline().addLast(handler).addLast(new UpstreamTlsEvents(connection));
        connection.expectGoodbye();
    }

    /** What a connection's future becomes: it succeeds when the gateway has proved itself. */
    public ChannelFuture whenSecured(ChannelFuture connecting, LoopContext worker) {
        ChannelPromise secured = connecting.channel().newPromise();
        connecting.addListener(connected -> {
            if (connected.isSuccess()) {
                awaitHandshake(connecting.channel(), secured, worker);
            } else {
                secured.setFailure(connected.cause());
            }
        });
        return secured;
    }

    private void awaitHandshake(Channel channel, ChannelPromise secured, LoopContext worker) {
        channel.pipeline().get(SslHandler.class).handshakeFuture().addListener(done -> {
            if (done.isSuccess()) {
                secured.setSuccess();
                return;
            }
            worker.counters().upstreamHandshakesFailed.increment();
            tell(done.cause(), worker.nowNanos());
            secured.setFailure(done.cause());
        });
    }

    private void tell(Throwable cause, long nowNanos) {
        long next = nextLogNanos.get();
        if (nowNanos - next >= 0 && nextLogNanos.compareAndSet(next, nowNanos + LOG_INTERVAL_NANOS)) {
            LOG.warn("no TLS with the gateway {}:{}: {}", host, port, cause.toString());
        }
    }
}
