package dev.sluice.proxy.upstream;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslCloseCompletionEvent;

/** Tells an {@link UpstreamConnection} that the gateway has said its {@code close_notify}. */
public final class UpstreamTlsEvents extends ChannelInboundHandlerAdapter {
    private final UpstreamConnection connection;

    public UpstreamTlsEvents(UpstreamConnection connection) {
        this.connection = connection;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == SslCloseCompletionEvent.SUCCESS) {
            connection.onGoodbye();
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }
}
