package dev.sluice.proxy.admin.http;

import dev.sluice.proxy.loop.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.HttpServerCodec;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The admin port, with threads of its own, so that a scrape of many limits delays no request of a client: one for
 * connections and probes, and one for responses that may take long, so that they delay no probe.
 */
public final class AdminServer implements AutoCloseable {
    private static final int BODY_BYTES_MAX = 64 * 1024;
    /** Enough for Prometheus, an orchestrator's probes and some people. */
    private static final int CONNECTIONS_MAX = 128;

    private final EventLoopGroup group;
    private final ExecutorService worker;
    private final AdminConnections open;
    private final Channel listener;

    private AdminServer(EventLoopGroup group, ExecutorService worker, AdminConnections open, Channel listener) {
        this.group = group;
        this.worker = worker;
        this.open = open;
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
        // At most one request of each connection waits for it.
        ExecutorService worker = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "admin-worker");
            thread.setDaemon(true);
            return thread;
        });
        AdminConnections open = new AdminConnections(CONNECTIONS_MAX);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(transport.serverChannel())
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        RequestDeadline deadline = new RequestDeadline();
                        AdminConnection connection = new AdminConnection(channel, router, worker, open, deadline);
                        // All on one thread: the listener's and that of all that it accepts.
                        if (!open.add(connection)) {
                            channel.close();
                            return;
                        }
                        channel.pipeline()
                                .addLast(deadline)
                                .addLast(new HttpServerCodec())
                                .addLast(new BoundedAggregator(BODY_BYTES_MAX))
                                .addLast(connection);
                    }
                });
        var bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            worker.shutdownNow();
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            Throwable cause = bound.cause();
            throw new BindException(
                    "can't listen on " + address + ": " + (cause == null ? "unknown" : cause.getMessage()));
        }
        return new AdminServer(group, worker, open, bound.channel());
    }

    /** With the port that was bound. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
        worker.shutdownNow();
        if (!group.isShuttingDown()) {
            group.next().submit(open::closeAll).awaitUninterruptibly();
        }
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
