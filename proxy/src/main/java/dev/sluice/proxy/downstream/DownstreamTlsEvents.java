package dev.sluice.proxy.downstream;

import dev.sluice.proxy.loop.ProxyCounters;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.nio.channels.ClosedChannelException;

/** Turns what TLS tells of a client's channel into calls on its {@link DownstreamConnection}. */
final class DownstreamTlsEvents extends ChannelInboundHandlerAdapter {
    private final DownstreamConnection connection;
    private final ProxyCounters counters;

    DownstreamTlsEvents(DownstreamConnection connection, ProxyCounters counters) {
        this.connection = connection;
        this.counters = counters;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                counters.handshakes.increment();
                connection.onSecured();
            } else if (!(handshake.cause() instanceof ClosedChannelException)) {
                // Who only looks whether the port is open has not failed.
                counters.handshakesFailed.increment();
            }
        } else if (event == SslCloseCompletionEvent.SUCCESS) {
            connection.onInputShutdown();
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }
}
