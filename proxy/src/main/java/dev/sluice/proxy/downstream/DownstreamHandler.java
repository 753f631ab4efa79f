package dev.sluice.proxy.downstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;

/** Turns the events of a client's channel into calls on its {@link DownstreamConnection}. */
final class DownstreamHandler extends ChannelInboundHandlerAdapter {
    private final DownstreamConnection connection;

    DownstreamHandler(DownstreamConnection connection) {
        this.connection = connection;
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
    public void channelReadComplete(ChannelHandlerContext ctx) {
        // No handler behind this one needs the event.
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        connection.onWritabilityChanged();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
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
