package dev.sluice.proxy.downstream;

import dev.sluice.proxy.course.CourseListener;
import dev.sluice.proxy.gate.Gate;
import dev.sluice.proxy.loop.DrainState;
import dev.sluice.proxy.loop.LoopContext;
import dev.sluice.proxy.loop.ProxyCounters;
import dev.sluice.proxy.loop.Transport;
import dev.sluice.proxy.tls.TlsOptions;
import dev.sluice.proxy.upstream.UpstreamPool;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Accepts clients and hands each to the event loop on which its connection lives. It also puts the event loops together:
 * a context, a drain state, an upstream pool and a {@link DownstreamLoop} for each.
 */
public final class ProxyServer implements AutoCloseable {
    private static final int BACKLOG = 4096;
    private static final long SWEEP_INTERVAL_MILLIS = 250;

    private final EventLoopGroup group;
    private final Map<EventLoop, DownstreamLoop> loops;
    private final Channel listener;
    private final ProxyCounters counters;

    private ProxyServer(
            EventLoopGroup group, Map<EventLoop, DownstreamLoop> loops, Channel listener, ProxyCounters counters) {
        this.group = group;
        this.loops = loops;
        this.listener = listener;
        this.counters = counters;
        loops.forEach((eventLoop, loop) -> {
            var unused = eventLoop.scheduleWithFixedDelay(
                    loop::sweep, SWEEP_INTERVAL_MILLIS, SWEEP_INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        });
    }

    /** Binds and serves, without TLS on either side. */
    public static ProxyServer start(
            ProxyOptions options, Gate gate, ProxyCounters counters, LongSupplier nanoClock, Transport transport)
            throws BindException {
        return start(options, TlsOptions.NONE, gate, counters, CourseListener.NONE, nanoClock, transport);
    }

    /** Binds and serves; nobody follows the courses of requests. */
    public static ProxyServer start(
            ProxyOptions options,
            TlsOptions tls,
            Gate gate,
            ProxyCounters counters,
            LongSupplier nanoClock,
            Transport transport)
            throws BindException {
        return start(options, tls, gate, counters, CourseListener.NONE, nanoClock, transport);
    }

    /**
     * Binds and serves.
     *
     * @param courses gets each request at its end
     * @param nanoClock monotonic
     * @throws BindException if the address can't be bound
     */
    public static ProxyServer start(
            ProxyOptions options,
            TlsOptions tls,
            Gate gate,
            ProxyCounters counters,
            CourseListener courses,
            LongSupplier nanoClock,
            Transport transport)
            throws BindException {
        EventLoopGroup group = transport.newGroup(options.eventLoops(), "loop");
        PooledByteBufAllocator allocator = PooledByteBufAllocator.DEFAULT;
        ConnectionLimit limit = new ConnectionLimit(options.bounds().maxConnections());
        Map<EventLoop, DownstreamLoop> loops = new HashMap<>();
        for (EventExecutor executor : group) {
            EventLoop eventLoop = (EventLoop) executor;
            LoopContext loop = new LoopContext(eventLoop, nanoClock, transport, counters);
            DrainState drain = new DrainState();
            UpstreamPool pool = new UpstreamPool(
                    loop,
                    drain,
                    options.upstreamOptions(),
                    tls.gateway(),
                    transport.newBootstrap().group(eventLoop),
                    allocator);
            loops.put(eventLoop, new DownstreamLoop(loop, drain, options, gate, limit, pool, courses));
        }
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(transport.serverChannel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOCATOR, allocator)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, Transport.writeMarks())
                .childHandler(new DownstreamInitializer(loops, tls));
        transport.boundUnsent(bootstrap);
        var bound = bootstrap.bind(options.listen()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            Throwable cause = bound.cause();
            throw new BindException(
                    "can't listen on " + options.listen() + ": " + (cause == null ? "unknown" : cause.getMessage()));
        }
        bound.channel().pipeline().addLast(new AcceptFailureHandler(counters));
        return new ProxyServer(group, loops, bound.channel(), counters);
    }

    /** The address where clients are accepted, with the port that was bound. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    /** Drains without a lead. */
    public boolean drain(long timeoutMillis) throws InterruptedException {
        return drain(0, timeoutMillis);
    }

    /**
     * Ends all client connections so that no client loses a request. First requests are served as usual, but each
     * response that has not begun carries {@code Connection: close}, and new connections are still accepted. After the
     * lead no connections are accepted, connections that were idle for a second are closed, and requests under way are
     * waited for. Requests that wait for room in a limit are served in that time, or rejected at its end.
     *
     * @param leadMillis for balancers that must see first that this sidecar isn't ready; 0: none
     * @param timeoutMillis for requests after the lead
     * @return whether all requests ended in time
     */
    public boolean drain(long leadMillis, long timeoutMillis) throws InterruptedException {
        loops.forEach((eventLoop, loop) -> eventLoop.execute(loop::drain));
        Thread.sleep(leadMillis);
        // As a task of the loop, so that connections that are being accepted are served.
        listener.eventLoop().submit(() -> listener.close()).await();
        loops.forEach((eventLoop, loop) -> eventLoop.execute(loop::closeIdle));
        long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        while (counters.exchanges.sum() > 0 || counters.clientConnections.sum() > 0) {
            if (System.nanoTime() - deadlineNanos > 0) {
                refuseHeld();
                return counters.exchanges.sum() == 0;
            }
            Thread.sleep(20);
        }
        return true;
    }

    /** Rejects the requests that still wait for room, and returns when the responses are written. */
    private void refuseHeld() throws InterruptedException {
        for (Map.Entry<EventLoop, DownstreamLoop> loop : loops.entrySet()) {
            loop.getKey().submit(loop.getValue()::refuseHeld).await();
        }
        for (EventLoop eventLoop : loops.keySet()) {
            // Behind what the first task left to do.
            eventLoop.submit(() -> {}).await();
        }
    }

    /** Stops at once and closes all connections. */
    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
        // In the quiet period the newest connections are closed and their buffers released.
        group.shutdownGracefully(100, 2_000, TimeUnit.MILLISECONDS).awaitUninterruptibly();
        loops.values().forEach(DownstreamLoop::wipe);
    }
}
