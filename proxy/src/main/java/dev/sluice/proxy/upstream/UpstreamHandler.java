package dev.sluice.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Turns the events of an upstream channel into calls on its {@link UpstreamConnection}. */
final class UpstreamHandler extends ChannelInboundHandlerAdapter {
    private final UpstreamConnection connection;

    UpstreamHandler(UpstreamConnection connection) {
        this.connection = connection;
    }

    UpstreamConnection connection() {
        return connection;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        connection.onRead((ByteBuf) message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        connection.onReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        connection.onWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        connection.onClosed();
    }

    @Override
    @SuppressWarnings("deprecation") // declared so by ChannelHandler, and still how Netty reports errors
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // What a broken connection means is decided when it is closed.
        connection.onBroken(cause);
    }
}
