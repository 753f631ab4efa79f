package dev.sluice.proxy.downstream;

import dev.sluice.proxy.loop.ProxyCounters;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Counts what goes wrong when connections are accepted: mostly, that the process may open no more files. Netty then
 * leaves the listener alone for a second, so that it doesn't spin, and clients wait in the kernel's queue; this keeps it
 * from writing a stack trace each time.
 */
final class AcceptFailures extends ChannelInboundHandlerAdapter {
    private final ProxyCounters counters;

    AcceptFailures(ProxyCounters counters) {
        this.counters = counters;
    }

    @Override
    @SuppressWarnings("deprecation") // declared so by ChannelHandler, and still how Netty reports errors
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        counters.acceptFailures.increment();
    }
}
