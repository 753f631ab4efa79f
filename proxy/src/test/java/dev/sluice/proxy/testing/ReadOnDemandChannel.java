package dev.sluice.proxy.testing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;

/** A channel without a socket, which reads only when it is asked to, as the proxy's channels do. */
final class ReadOnDemandChannel extends EmbeddedChannel {
    private static final SocketAddress PEER = new InetSocketAddress(SocketlessPath.CLIENT, 4711);

    private final StringBuilder output = new StringBuilder();
    private boolean readWanted;

    ReadOnDemandChannel(ByteBufAllocator allocator, Runnable onClosed, Runnable onWritabilityChanged) {
        config().setAutoRead(false);
        config().setAllocator(allocator);
        readWanted = false;
        pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelInactive(ChannelHandlerContext ctx) {
                onClosed.run();
            }

            @Override
            public void channelWritabilityChanged(ChannelHandlerContext ctx) {
                onWritabilityChanged.run();
            }
        });
    }

    @Override
    protected SocketAddress remoteAddress0() {
        return PEER;
    }

    @Override
    protected void doBeginRead() {
        readWanted = true;
    }

    /** Whether a read is outstanding, which it is no more. */
    boolean takesRead() {
        boolean wanted = readWanted && isActive();
        readWanted = false;
        return wanted;
    }

    void setWritable(boolean writable) {
        if (unsafe().outboundBuffer() != null) {
            unsafe().outboundBuffer().setUserDefinedWritability(1, writable);
            runPendingTasks();
        }
    }

    @Override
    protected void handleOutboundMessage(Object message) {
        ByteBuf bytes = (ByteBuf) message;
        output.append(bytes.toString(StandardCharsets.ISO_8859_1));
        bytes.release();
    }

    /** All that went out, each byte a character. */
    String output() {
        return output.toString();
    }
}
