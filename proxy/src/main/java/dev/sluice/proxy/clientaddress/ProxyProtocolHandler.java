package dev.sluice.proxy.clientaddress;

import dev.sluice.proxy.loop.InputBuffer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;

/**
 * Removes the PROXY header from the front of a connection and passes its content to a {@link ProxyHeaderListener}. It is
 * the first handler, before TLS, and removes itself after the header.
 */
public final class ProxyProtocolHandler extends ChannelInboundHandlerAdapter {
    private final ProxyHeaderListener listener;
    private final InputBuffer inbox = new InputBuffer();

    /** Reports to that listener. */
    public ProxyProtocolHandler(ProxyHeaderListener listener) {
        this.listener = listener;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        inbox.add((ByteBuf) message, ctx.alloc());
        byte[] bytes = new byte[Math.min(inbox.size(), ProxyProtocolHeader.BYTES_MAX)];
        ProxyHeaderResult result = ProxyProtocolHeader.parse(bytes, inbox.peek(bytes, bytes.length));
        if (result instanceof ProxyHeaderResult.Complete complete) {
            inbox.skip(complete.length());
            ByteBuf rest = inbox.take(inbox.size());
            ctx.pipeline().remove(this);
            listener.onProxyHeader(complete.source());
            // What follows may be TLS. If nothing does, there is nothing to release.
            if (rest.isReadable()) {
                ctx.fireChannelRead(rest);
            }
        } else if (result instanceof ProxyHeaderResult.Malformed malformed) {
            listener.onBadProxyHeader(malformed.reason());
        } else {
            ctx.read();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent && !inbox.isEmpty()) {
            listener.onBadProxyHeader("it breaks off");
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
