package dev.sluice.proxy.admin.http;

import dev.sluice.proxy.loop.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** The admin port: a thread of its own, so that a scrape of many limits delays no request. */
public final class AdminServer implements AutoCloseable {
    private static final int BODY_BYTES_MAX = 64 * 1024;
    private static final int READ_TIMEOUT_SECONDS = 60;
    /** Enough for Prometheus, an orchestrator's probes and some people. */
    private static final int CONNECTIONS_MAX = 128;

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
    public static AdminServer start(InetSocketAddress address, AdminRouter router, Transport transport)
            throws BindException {
        EventLoopGroup group = transport.newGroup(1, "admin");
        ChannelGroup open = new DefaultChannelGroup(group.next());
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(transport.serverChannel())
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        // All on one thread: the listener's and that of all that it accepts.
                        if (open.size() >= CONNECTIONS_MAX) {
                            channel.close();
                            return;
                        }
                        open.add(channel);
                        channel.pipeline()
                                .addLast(new ReadTimeoutHandler(READ_TIMEOUT_SECONDS))
                                .addLast(new HttpServerCodec())
                                .addLast(new BoundedAggregator(BODY_BYTES_MAX))
                                .addLast(new AdminConnection(router));
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

    /** With the port that was bound. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
