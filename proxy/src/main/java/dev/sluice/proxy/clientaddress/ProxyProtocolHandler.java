package dev.sluice.proxy.clientaddress;

import dev.sluice.proxy.clientaddress.ProxyProtocolHeader.Result;
import dev.sluice.proxy.downstream.DownstreamConnection;
import dev.sluice.proxy.downstream.InputBuffer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;

/**
 * Takes a PROXY header off the front of a connection and tells the {@link DownstreamConnection} what it said. Stands
 * before all other handlers, TLS too, and is gone when the header is.
 */
public final class ProxyProtocolHandler extends ChannelInboundHandlerAdapter {
    private final DownstreamConnection connection;
    private final InputBuffer inbox = new InputBuffer();

    public ProxyProtocolHandler(DownstreamConnection connection) {
        this.connection = connection;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        inbox.add((ByteBuf) message, ctx.alloc());
        byte[] bytes = new byte[Math.min(inbox.size(), ProxyProtocolHeader.BYTES_MAX)];
        Result result = ProxyProtocolHeader.parse(bytes, inbox.peek(bytes, bytes.length));
        if (result instanceof Result.Complete complete) {
            inbox.skip(complete.length());
            ByteBuf rest = inbox.take(inbox.size());
            ctx.pipeline().remove(this);
            connection.onProxyHeader(complete.source());
            // What follows may be TLS. If nothing does, there is nothing to release.
            if (rest.isReadable()) {
                ctx.fireChannelRead(rest);
            }
        } else if (result instanceof Result.Malformed malformed) {
            connection.onBadProxyHeader(malformed.why());
        } else {
            ctx.read();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent && !inbox.isEmpty()) {
            connection.onBadProxyHeader("it breaks off");
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    /** Also when the channel closes. */
    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        inbox.clear();
    }
}
