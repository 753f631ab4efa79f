package dev.sluice.proxy.testing;

import dev.sluice.proxy.loop.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A gateway for hundreds of connections at a time, which takes nothing from the pool of buffers that tests look at. What
 * has {@code stall} in its target is never answered, {@code half} gets half a response, {@code large} a megabyte.
 */
public final class StallingUpstream implements AutoCloseable {
    private static final int LARGE_BYTES = 1 << 20;

    private final EventLoopGroup group = Transport.best().newGroup(1, "stalling-upstream");
    private final AtomicInteger open = new AtomicInteger();
    private final Channel listener;

    public StallingUpstream() {
        listener = new ServerBootstrap()
                .group(group)
                .channel(Transport.best().serverChannel())
                .option(ChannelOption.SO_BACKLOG, 4096)
                .childOption(ChannelOption.ALLOCATOR, UnpooledByteBufAllocator.DEFAULT)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        open.incrementAndGet();
                        channel.closeFuture().addListener(closed -> open.decrementAndGet());
                        channel.pipeline().addLast(new HttpServerCodec(), new Answering());
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    /** Connections that are open now. */
    public int open() {
        return open.get();
    }

    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private static final class Answering extends ChannelInboundHandlerAdapter {
        private String target = "";

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof HttpRequest request) {
                target = request.uri();
            }
            if (message instanceof LastHttpContent && !target.endsWith("stall")) {
                answer(ctx, target.endsWith("large") ? LARGE_BYTES : 10, target.endsWith("half"));
            }
            ReferenceCountUtil.release(message);
        }

        private static void answer(ChannelHandlerContext ctx, int bytes, boolean half) {
            DefaultHttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
            head.headers().set(HttpHeaderNames.CONTENT_LENGTH, bytes);
            ctx.write(head);
            if (half) {
                ctx.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(new byte[bytes / 2])));
            } else {
                ctx.writeAndFlush(new DefaultLastHttpContent(Unpooled.wrappedBuffer(new byte[bytes])));
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
