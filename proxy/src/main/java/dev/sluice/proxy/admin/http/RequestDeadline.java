package dev.sluice.proxy.admin.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection whose first request has not arrived in whole some seconds after the connection was made, or a later
 * one some seconds after its first byte. Between requests a connection may be idle for a minute, as those of Prometheus are.
 */
final class RequestDeadline extends ChannelInboundHandlerAdapter {
    private static final int REQUEST_SECONDS_MAX = 5;
    private static final int IDLE_SECONDS_MAX = 60;

    private @Nullable Future<?> closing;
    private boolean awaitsRequest;

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        await(ctx, REQUEST_SECONDS_MAX);
        awaitsRequest = true;
        ctx.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!awaitsRequest) {
            await(ctx, REQUEST_SECONDS_MAX);
            awaitsRequest = true;
        }
        ctx.fireChannelRead(message);
    }

    /** A request has arrived in whole, and its response takes as long as it takes. */
    void onRequest() {
        awaitsRequest = false;
        cancel();
    }

    /** The response is a stream: nothing more is awaited from the client. */
    void onStream() {
        awaitsRequest = true;
        cancel();
    }

    /** All requests have had their responses. */
    void onIdle(ChannelHandlerContext ctx) {
        if (!awaitsRequest) {
            await(ctx, IDLE_SECONDS_MAX);
        }
    }

    private void await(ChannelHandlerContext ctx, int seconds) {
        cancel();
        closing = ctx.executor().schedule(() -> ctx.close(), seconds, TimeUnit.SECONDS);
    }

    private void cancel() {
        if (closing != null) {
            closing.cancel(false);
            closing = null;
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        cancel();
        ctx.fireChannelInactive();
    }
}
