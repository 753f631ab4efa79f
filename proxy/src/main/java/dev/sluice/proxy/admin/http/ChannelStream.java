package dev.sluice.proxy.admin.http;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;

/** A response stream over a channel, one HTTP chunk for each write. What a slow client doesn't read is bounded. */
record ChannelStream(Channel channel) implements ResponseStream {
    @Override
    public boolean write(String text) {
        if (!channel.isActive() || !channel.isWritable()) {
            return false;
        }
        channel.writeAndFlush(new DefaultHttpContent(ByteBufUtil.writeUtf8(channel.alloc(), text)));
        return true;
    }

    @Override
    public void end() {
        channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void abort() {
        channel.close();
    }

    @Override
    public void onClose(Runnable task) {
        channel.closeFuture().addListener(closed -> task.run());
    }
}
