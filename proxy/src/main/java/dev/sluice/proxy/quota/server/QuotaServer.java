package dev.sluice.proxy.quota.server;

import dev.sluice.proxy.admin.http.TokenCheck;
import dev.sluice.proxy.downstream.ConnectionLimit;
import dev.sluice.proxy.loop.ConnectionCloser;
import dev.sluice.proxy.loop.LoopContext;
import dev.sluice.proxy.loop.PlainConnectionCloser;
import dev.sluice.proxy.loop.ProxyCounters;
import dev.sluice.proxy.loop.ReadSizes;
import dev.sluice.proxy.loop.Transport;
import dev.sluice.proxy.quota.http.QuotaRoute;
import dev.sluice.proxy.tls.DownstreamTls;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Accepts clients of the quota port and hands each to the event loop on which its connection lives. The loops are its own, so
 * that neither a burst of quota calls delays requests of S3 nor the other way round.
 */
public final class QuotaServer implements AutoCloseable {
    private static final int BACKLOG = 4096;
    private static final long SWEEP_MILLIS = 250;
    private static final long DRAIN_POLL_MILLIS = 10;
    /** A read of a client that pipelines: what it holds is served before the loop's other clients. */
    private static final int READ_BYTES_MAX = 64 * 1024;

    private final EventLoopGroup group;
    private final Map<EventLoop, QuotaLoop> loops;
    private final Channel listener;

    private QuotaServer(EventLoopGroup group, Map<EventLoop, QuotaLoop> loops, Channel listener) {
        this.group = group;
        this.loops = loops;
        this.listener = listener;
        loops.forEach((eventLoop, loop) -> {
            var unused =
                    eventLoop.scheduleWithFixedDelay(loop::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
        });
    }

    /**
     * Binds and serves.
     *
     * @param token for all routes that are not public
     * @param tls empty: clients come without it
     * @param counters what connections count
     * @param nanoClock monotonic
     * @throws BindException if the address can't be bound
     */
    public static QuotaServer start(
            QuotaServerOptions options,
            List<QuotaRoute> routes,
            TokenCheck token,
            Optional<DownstreamTls> tls,
            ProxyCounters counters,
            LongSupplier nanoClock,
            Transport transport)
            throws BindException {
        EventLoopGroup group = transport.newGroup(options.eventLoops(), "quota");
        QuotaRouter router = new QuotaRouter(routes, token);
        ConnectionLimit limit = new ConnectionLimit(options.maxConnections());
        BodyBudget bodies = BodyBudget.ofThisProcess(options.maxBodyBytes());
        Map<EventLoop, QuotaLoop> loops = new HashMap<>();
        for (EventExecutor executor : group) {
            EventLoop eventLoop = (EventLoop) executor;
            LoopContext context = new LoopContext(eventLoop, nanoClock, transport, counters);
            loops.put(eventLoop, new QuotaLoop(context, options, router, limit, bodies));
        }
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(transport.serverChannel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, Transport.writeMarks())
                .childHandler(new Initializer(loops, tls, counters));
        transport.boundUnsent(bootstrap);
        var bound = bootstrap.bind(options.listen()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            Throwable cause = bound.cause();
            throw new BindException(
                    "can't listen on " + options.listen() + ": " + (cause == null ? "unknown" : cause.getMessage()));
        }
        return new QuotaServer(group, loops, bound.channel());
    }

    private static final class Initializer extends ChannelInitializer<Channel> {
        private final Map<EventLoop, QuotaLoop> loops;
        private final Optional<DownstreamTls> tls;
        private final ProxyCounters counters;

        Initializer(Map<EventLoop, QuotaLoop> loops, Optional<DownstreamTls> tls, ProxyCounters counters) {
            this.loops = loops;
            this.tls = tls;
            this.counters = counters;
        }

        @Override
        protected void initChannel(Channel channel) {
            QuotaLoop loop = loops.get(channel.eventLoop());
            if (loop == null) {
                throw new IllegalStateException("a channel outside of the group");
            }
            ReadSizes.of(channel).atMost(READ_BYTES_MAX);
            ConnectionCloser closer = tls.isPresent() ? tls.get().addTo(channel) : new PlainConnectionCloser(channel);
            channel.pipeline().addLast(new QuotaChannelHandler(loop.newConnection(channel, closer), counters));
        }
    }

    /** The address where clients are accepted, with the port that was bound. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    /**
     * Accepts no more clients, ends idle connections, and lets each other one get the response that it waits for.
     *
     * @return whether all of them got it in time
     */
    public boolean drain(long timeoutMillis) throws InterruptedException {
        // As a task of the loop, so that connections that are being accepted are served.
        listener.eventLoop().submit(() -> listener.close()).await();
        loops.forEach((eventLoop, loop) -> eventLoop.execute(loop::drain));
        long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        while (isBusy()) {
            if (System.nanoTime() - deadlineNanos > 0) {
                return false;
            }
            Thread.sleep(DRAIN_POLL_MILLIS);
        }
        return true;
    }

    private boolean isBusy() throws InterruptedException {
        for (Map.Entry<EventLoop, QuotaLoop> each : loops.entrySet()) {
            var busy = each.getKey().submit(each.getValue()::isBusy).await();
            if (busy.isSuccess() && Boolean.TRUE.equals(busy.getNow())) {
                return true;
            }
        }
        return false;
    }

    /** Stops at once and closes all connections. */
    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
        loops.forEach((eventLoop, loop) -> {
            if (!eventLoop.isShuttingDown()) {
                eventLoop.submit(loop::closeAll).awaitUninterruptibly();
            }
        });
        group.shutdownGracefully(100, 2_000, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }
}
