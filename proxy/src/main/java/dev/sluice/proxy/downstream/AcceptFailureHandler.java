package dev.sluice.proxy.downstream;

import dev.sluice.proxy.loop.ProxyCounters;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Counts connections that could not be accepted, in most cases because the process may open no more files. Netty then
 * pauses the listener for a second, and clients wait in the kernel's queue. Without this handler Netty would log a stack
 * trace each time.
 */
final class AcceptFailureHandler extends ChannelInboundHandlerAdapter {
    private final ProxyCounters counters;

    AcceptFailureHandler(ProxyCounters counters) {
        this.counters = counters;
    }

    @Override
    @SuppressWarnings("deprecation") // declared so by ChannelHandler, and still how Netty reports errors
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        counters.acceptFailures.increment();
    }
}
