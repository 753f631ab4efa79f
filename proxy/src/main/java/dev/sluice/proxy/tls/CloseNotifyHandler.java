package dev.sluice.proxy.tls;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslCloseCompletionEvent;

/** Runs an action when the other side has sent its {@code close_notify}. */
final class CloseNotifyHandler extends ChannelInboundHandlerAdapter {
    private final Runnable action;

    CloseNotifyHandler(Runnable action) {
        this.action = action;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == SslCloseCompletionEvent.SUCCESS) {
            action.run();
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }
}
