package dev.sluice.proxy.tls;

import dev.sluice.proxy.loop.LoopContext;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS with the gateway. The gateway's certificate must be for the host in the settings and signed by an authority that
 * the context trusts; otherwise there is no connection. Shared by all event loops.
 */
public final class UpstreamTls {
    private static final Logger LOG = LoggerFactory.getLogger(UpstreamTls.class);
    /** A gateway with a wrong certificate fails each request: one line in ten seconds is enough. */
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

    /**
     * Puts TLS in front of the channel's handlers to come.
     *
     * @param onCloseNotify runs when the gateway has sent its {@code close_notify}
     */
    public void addTo(Channel channel, long handshakeTimeoutMillis, Runnable onCloseNotify) {
        SslHandler handler = context.newHandler(channel.alloc(), host, port);
        handler.setHandshakeTimeoutMillis(handshakeTimeoutMillis);
        channel.pipeline().addLast(handler).addLast(new CloseNotifyHandler(onCloseNotify));
    }

    /** Turns a connection's future into one that succeeds when the gateway's certificate has been verified. */
    public ChannelFuture whenSecured(ChannelFuture connecting, LoopContext loop) {
        if (connecting.isDone() && !connecting.isSuccess()) {
            // There may not even be a socket, and then the channel has no event loop to make a promise with.
            return connecting;
        }
        ChannelPromise secured = connecting.channel().newPromise();
        connecting.addListener(connected -> {
            if (connected.isSuccess()) {
                awaitHandshake(connecting.channel(), secured, loop);
            } else {
                secured.setFailure(connected.cause());
            }
        });
        return secured;
    }

    private void awaitHandshake(Channel channel, ChannelPromise secured, LoopContext loop) {
        channel.pipeline().get(SslHandler.class).handshakeFuture().addListener(done -> {
            if (done.isSuccess()) {
                secured.setSuccess();
                return;
            }
            loop.readClock();
            loop.counters().upstreamHandshakesFailed.increment();
            logFailure(done.cause(), loop.nowNanos());
            secured.setFailure(done.cause());
        });
    }

    private void logFailure(Throwable cause, long nowNanos) {
        long next = nextLogNanos.get();
        if (nowNanos - next >= 0 && nextLogNanos.compareAndSet(next, nowNanos + LOG_INTERVAL_NANOS)) {
            // Netty's message would be all that was received, in hexadecimal.
            String why = cause instanceof NotSslRecordException ? "what it sends is no TLS" : cause.toString();
            LOG.warn("no TLS with the gateway {}:{}: {}", host, port, why);
        }
    }
}
