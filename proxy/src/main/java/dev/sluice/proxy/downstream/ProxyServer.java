package dev.sluice.proxy.downstream;

import dev.sluice.proxy.gate.Gate;
import dev.sluice.proxy.loop.LoopContext;
import dev.sluice.proxy.loop.ProxyCounters;
import dev.sluice.proxy.loop.SweepThread;
import dev.sluice.proxy.loop.Transport;
import dev.sluice.proxy.tls.TlsOptions;
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

/** Accepts clients and hands each to the event loop that it will live on. */
public final class ProxyServer implements AutoCloseable {
    private static final int BACKLOG = 4096;

    private final EventLoopGroup group;
    private final Map<EventLoop, LoopContext> workers;
    private final Channel listener;
    private final ProxyCounters counters;
    private final SweepThread sweeps;

    private ProxyServer(
            EventLoopGroup group, Map<EventLoop, LoopContext> workers, Channel listener, ProxyCounters counters) {
        this.group = group;
        this.workers = workers;
        this.listener = listener;
        this.counters = counters;
        this.sweeps = new SweepThread(workers.values());
    }

    /** Binds and serves, without TLS on either side. */
    public static ProxyServer start(
            ProxyOptions options, Gate gate, ProxyCounters counters, LongSupplier nanoClock, Transport transport)
            throws BindException {
        return start(options, TlsOptions.NONE, gate, counters, nanoClock, transport);
    }

    /**
     * Binds and serves.
     *
     * @param nanoClock monotonic
     * @throws BindException if the address can't be bound
     */
    public static ProxyServer start(
            ProxyOptions options,
            TlsOptions tls,
            Gate gate,
            ProxyCounters counters,
            LongSupplier nanoClock,
            Transport transport)
            throws BindException {
        EventLoopGroup group = transport.newGroup(options.eventLoops(), "loop");
        PooledByteBufAllocator allocator = PooledByteBufAllocator.DEFAULT;
        ConnectionLimit limit = new ConnectionLimit(options.bounds().maxConnections());
        Map<EventLoop, LoopContext> workers = new HashMap<>();
        for (EventExecutor executor : group) {
            EventLoop loop = (EventLoop) executor;
            LoopContext worker =
                    new LoopContext(loop, options, gate, counters, nanoClock, limit, transport, allocator, tls);
            workers.put(loop, worker);
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
                .childHandler(new DownstreamInitializer(workers, tls));
        transport.boundUnsent(bootstrap);
        var bound = bootstrap.bind(options.listen()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            Throwable cause = bound.cause();
            throw new BindException(
                    "can't listen on " + options.listen() + ": " + (cause == null ? "unknown" : cause.getMessage()));
        }
        bound.channel().pipeline().addLast(new AcceptFailures(counters));
        return new ProxyServer(group, workers, bound.channel(), counters);
    }

    /** Where clients are accepted, with the port that was bound. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    /** Likewise, without a lead. */
    public boolean drain(long timeoutMillis) throws InterruptedException {
        return drain(0, timeoutMillis);
    }

    /**
     * Takes leave of all clients so that none loses a request that it may send. First requests are answered as ever, but
     * each answer that has not begun says {@code Connection: close}; new connections are still accepted. After the lead
     * none are; then connections on which nothing has been asked for a second are shut, and what is under way is waited
     * for.
     *
     * @param leadMillis for balancers that have to see first that this sidecar isn't ready; 0: none
     * @param timeoutMillis what requests may take after the lead
     * @return whether every request ended within the time
     */
    public boolean drain(long leadMillis, long timeoutMillis) throws InterruptedException {
        workers.forEach((loop, worker) -> loop.execute(worker::drain));
        Thread.sleep(leadMillis);
        // A task of the loop: what was waiting to be accepted has been by then.
        listener.eventLoop().submit(() -> listener.close()).await();
        workers.forEach((loop, worker) -> loop.execute(worker::leaveIdle));
        long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        while (counters.exchanges.sum() > 0 || counters.clientConnections.sum() > 0) {
            if (System.nanoTime() - deadlineNanos > 0) {
                return counters.exchanges.sum() == 0;
            }
            Thread.sleep(20);
        }
        return true;
    }

    /** Stops at once: connections are closed. */
    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
        sweeps.close();
        // The quiet period lets what was accepted last be closed, and its buffers be released, in order.
        group.shutdownGracefully(100, 2_000, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }
}
