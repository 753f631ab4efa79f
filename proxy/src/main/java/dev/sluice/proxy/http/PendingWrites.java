package dev.sluice.proxy.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;

/** What was written to a channel and has not left for the kernel yet. On the channel's event loop. */
final class PendingWrites {
    private PendingWrites() {}

    /** Runs an action when all of it has left, or never will. */
    static void whenGone(Channel channel, Runnable action) {
        ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
        if (pending == null || pending.totalPendingWriteBytes() == 0) {
            action.run();
        } else {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> action.run());
        }
    }
}
