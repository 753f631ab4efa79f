package dev.sluice.proxy.tls;

import dev.sluice.proxy.loop.ConnectionCloser;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;

/**
 * TLS with clients. Any thread may replace the context at any time: existing connections keep theirs, new ones get the
 * new one.
 */
public final class DownstreamTls {
    private volatile SslContext context;

    public DownstreamTls(SslContext context) {
        this.context = context;
    }

    public void replace(SslContext next) {
        context = next;
    }

    /** Puts TLS in front of the channel's handlers to come. */
    public ConnectionCloser addTo(Channel channel) {
        SslHandler handler = context.newHandler(channel.alloc());
        // The sweep closes connections whose handshake is late.
        handler.setHandshakeTimeoutMillis(0);
        channel.pipeline().addLast(handler);
        return new TlsConnectionCloser(channel, handler);
    }
}
