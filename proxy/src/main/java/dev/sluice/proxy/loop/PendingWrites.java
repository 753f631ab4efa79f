package dev.sluice.proxy.loop;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;

/**
 * The bytes that were written to a channel and have not left for the kernel yet. To be used on the channel's event
 * loop.
 */
public final class PendingWrites {
    private PendingWrites() {}

    /**
     * Returns how many bytes the kernel has not taken yet; of a buffer that was taken in part, only the rest counts.
     */
    public static long bytes(Channel channel) {
        ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
        if (pending == null || pending.totalPendingWriteBytes() == 0) {
            return 0;
        }
        Sum sum = new Sum();
        try {
            pending.forEachFlushedMessage(sum);
        } catch (Exception e) {
            throw new IllegalStateException("adding up does not fail", e);
        }
        return sum.bytes;
    }

    private static final class Sum implements ChannelOutboundBuffer.MessageProcessor {
        private long bytes;

        @Override
        public boolean processMessage(Object message) {
            if (message instanceof ByteBuf part) {
                bytes += part.readableBytes();
            }
            return true;
        }
    }

    /** Runs an action when all of them have left, or never will. */
    public static void whenGone(Channel channel, Runnable action) {
        ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
        if (pending == null || pending.totalPendingWriteBytes() == 0) {
            action.run();
        } else {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> action.run());
        }
    }
}
