package dev.sluice.proxy.admin.http;

import dev.sluice.proxy.admin.api.AdminApi;
import dev.sluice.proxy.loop.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The admin port: a thread of its own, so that a scrape of many limits delays no request. */
public final class AdminServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final int MOST_REQUEST_BYTES = 64 * 1024;
    private static final int READ_TIMEOUT_SECONDS = 60;
    /** Prometheus, an orchestrator's probes and some people. */
    private static final int MOST_CONNECTIONS = 128;

    private final EventLoopGroup group;
    private final Channel listener;

    private AdminServer(EventLoopGroup group, Channel listener) {
        this.group = group;
        this.listener = listener;
    }

    /**
     * Binds and serves.
     *
     * @throws BindException if the address can't be bound
     */
    public static AdminServer start(InetSocketAddress address, AdminApi api, Transport transport) throws BindException {
        EventLoopGroup group = transport.newGroup(1, "admin");
        ChannelGroup open = new DefaultChannelGroup(group.next());
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(transport.serverChannel())
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        // All on one thread: the listener's and that of all that it accepts.
                        if (open.size() >= MOST_CONNECTIONS) {
                            channel.close();
                            return;
                        }
                        open.add(channel);
                        channel.pipeline()
                                .addLast(new ReadTimeoutHandler(READ_TIMEOUT_SECONDS))
                                .addLast(new HttpServerCodec())
                                .addLast(new HttpObjectAggregator(MOST_REQUEST_BYTES, true))
                                .addLast(new Handler(api));
                    }
                });
        var bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            Throwable cause = bound.cause();
            throw new BindException(
                    "can't listen on " + address + ": " + (cause == null ? "unknown" : cause.getMessage()));
        }
        return new AdminServer(group, bound.channel());
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private static final class Handler extends SimpleChannelInboundHandler<FullHttpRequest> {
        private final AdminApi api;

        Handler(AdminApi api) {
            this.api = api;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
            AdminResponse answer = request.decoderResult().isFailure()
                    ? AdminResponse.error(400, "the request could not be read")
                    : answer(ctx, request);
            if (!ctx.channel().isWritable()) {
                // Who asks on and on and reads nothing would have the answers pile up here.
                ctx.close();
                return;
            }
            boolean keepAlive =
                    HttpUtil.isKeepAlive(request) && !request.decoderResult().isFailure();
            ByteBuf body = ByteBufUtil.writeUtf8(ctx.alloc(), answer.body());
            DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.status()), body);
            response.headers()
                    .set(HttpHeaderNames.CONTENT_TYPE, answer.contentType())
                    .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
                    .set("X-Content-Type-Options", "nosniff")
                    .set(HttpHeaderNames.CACHE_CONTROL, "no-store");
            if (!keepAlive) {
                response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            }
            var written = ctx.writeAndFlush(response);
            if (!keepAlive) {
                written.addListener(ChannelFutureListener.CLOSE);
            }
        }

        private AdminResponse answer(ChannelHandlerContext ctx, FullHttpRequest request) {
            String uri = request.uri();
            int question = uri.indexOf('?');
            try {
                return api.answer(new AdminRequest(
                        request.method().name(),
                        question < 0 ? uri : uri.substring(0, question),
                        request.headers().get(HttpHeaderNames.AUTHORIZATION, ""),
                        ((InetSocketAddress) ctx.channel().localAddress()).getPort()));
            } catch (RuntimeException e) {
                LOG.error("the admin port could not answer {}", request.method(), e);
                return AdminResponse.error(500, "internal error");
            }
        }

        @Override
        @SuppressWarnings("deprecation") // declared so by ChannelHandler, and still how Netty reports errors
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
