package dev.sluice.proxy.downstream;

import dev.sluice.proxy.loop.ProxyCounters;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.nio.channels.ClosedChannelException;

/** Turns the TLS events of a client's channel into calls on its {@link DownstreamConnection}. */
final class DownstreamTlsHandler extends ChannelInboundHandlerAdapter {
    private final DownstreamConnection connection;
    private final ProxyCounters counters;

    DownstreamTlsHandler(DownstreamConnection connection, ProxyCounters counters) {
        this.connection = connection;
        this.counters = counters;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                counters.handshakes.increment();
                connection.onHandshake();
            } else if (!(handshake.cause() instanceof ClosedChannelException)) {
                // A client that only checks whether the port is open has not failed.
                counters.handshakesFailed.increment();
            }
        } else if (event == SslCloseCompletionEvent.SUCCESS) {
            connection.onInputShutdown();
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }
}
