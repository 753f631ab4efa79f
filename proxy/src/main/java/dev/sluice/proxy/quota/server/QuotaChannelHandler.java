package dev.sluice.proxy.quota.server;

import dev.sluice.proxy.loop.ProxyCounters;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;

/** Turns the events of a client's channel into calls on its {@link QuotaConnection}. */
final class QuotaChannelHandler extends ChannelInboundHandlerAdapter {
    private final QuotaConnection connection;
    private final ProxyCounters counters;

    QuotaChannelHandler(QuotaConnection connection, ProxyCounters counters) {
        this.connection = connection;
        this.counters = counters;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        connection.onOpen();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        connection.onRead((ByteBuf) message);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        connection.onWritabilityChanged();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                counters.handshakes.increment();
                connection.onHandshake();
            } else {
                counters.handshakesFailed.increment();
            }
        } else if (event instanceof ChannelInputShutdownEvent || event == SslCloseCompletionEvent.SUCCESS) {
            connection.onInputShutdown();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        connection.onClosed();
    }

    @Override
    @SuppressWarnings("deprecation") // declared so by ChannelHandler, and still how Netty reports errors
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
