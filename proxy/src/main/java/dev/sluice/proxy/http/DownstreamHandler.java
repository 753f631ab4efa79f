package dev.sluice.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ByteProcessor;

/** Turns the events of a client's channel into calls on its {@link DownstreamConnection}. */
final class DownstreamHandler extends ChannelInboundHandlerAdapter {
    private final DownstreamConnection connection;

    DownstreamHandler(DownstreamConnection connection) {
        this.connection = connection;
    }

    /**
     * Sits before the HTTP decoder: tells when the first bytes of a head are there. Empty lines before a head are none of
     * it: some clients send one behind a body.
     */
    static final class FirstBytes extends ChannelInboundHandlerAdapter {
        private final DownstreamConnection connection;

        FirstBytes(DownstreamConnection connection) {
            this.connection = connection;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof ByteBuf bytes && bytes.forEachByte(ByteProcessor.FIND_NON_CRLF) >= 0) {
                connection.onBytes();
            }
            ctx.fireChannelRead(message);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        connection.onOpen();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        connection.onDecoded(message);
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
