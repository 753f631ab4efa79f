package dev.sluice.proxy.http;

import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.http1.ResponseHead;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the connections of one event loop share. Belongs to that loop: no field is touched by another thread.
 *
 * <p>Timeouts are not timers, of which each request would need several: a sweep looks at all connections of the loop
 * every quarter of a second and asks each whether its time is up.
 */
final class Worker {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final long SWEEP_MILLIS = 250;

    private final EventLoop loop;
    private final ProxyOptions options;
    private final Gate gate;
    private final ProxyCounters counters;
    private final LongSupplier nanoClock;
    private final Transport transport;
    private final UpstreamPool pool;
    private final Set<DownstreamConnection> connections = new HashSet<>();
    private final Answers answers = new Answers();
    private final RequestHead requestHead = new RequestHead();
    private final ResponseHead responseHead = new ResponseHead();
    private final byte[] scratch;
    private boolean draining;

    Worker(
            EventLoop loop,
            ProxyOptions options,
            Gate gate,
            ProxyCounters counters,
            LongSupplier nanoClock,
            Transport transport,
            ByteBufAllocator allocator,
            TlsOptions tls) {
        this.loop = loop;
        this.options = options;
        this.gate = gate;
        this.counters = counters;
        this.nanoClock = nanoClock;
        this.transport = transport;
        // One byte more than a head may have, so that one that is too large is seen to be.
        this.scratch = new byte[options.maxHeadBytes() + 1];
        Bootstrap bootstrap = transport.newBootstrap().group(loop);
        this.pool = new UpstreamPool(this, bootstrap, allocator, tls.gateway());
    }

    /** Starts the sweep; runs until the loop ends. */
    Future<?> start() {
        return loop.scheduleWithFixedDelay(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void sweep() {
        long nowNanos = nowNanos();
        List<DownstreamConnection> late = new ArrayList<>();
        for (DownstreamConnection connection : connections) {
            if (connection.isLate(nowNanos)) {
                late.add(connection);
            }
        }
        for (DownstreamConnection connection : late) {
            try {
                connection.onLate();
            } catch (RuntimeException e) {
                // A sweep that failed would be the last, and with it all timeouts of this loop would end.
                LOG.error("a timeout could not be handled", e);
            }
        }
        pool.closeIdle(nowNanos);
    }

    void opened(DownstreamConnection connection) {
        connections.add(connection);
        counters.clientConnections.increment();
    }

    void closed(DownstreamConnection connection) {
        if (connections.remove(connection)) {
            counters.clientConnections.decrement();
        }
    }

    /** From now on connections close when their exchange ends; those between two requests close at once. */
    void drain() {
        draining = true;
        for (DownstreamConnection connection : new ArrayList<>(connections)) {
            connection.closeIfBetweenRequests();
        }
    }

    boolean isDraining() {
        return draining;
    }

    ProxyOptions options() {
        return options;
    }

    Gate gate() {
        return gate;
    }

    ProxyCounters counters() {
        return counters;
    }

    Transport transport() {
        return transport;
    }

    UpstreamPool pool() {
        return pool;
    }

    Answers answers() {
        return answers;
    }

    /** For parsing one head at a time: what is read from it must be read before the next is parsed. */
    RequestHead requestHead() {
        return requestHead;
    }

    /** Likewise for answers. */
    ResponseHead responseHead() {
        return responseHead;
    }

    /** What heads are copied to for parsing. */
    byte[] scratch() {
        return scratch;
    }

    long nowNanos() {
        return nanoClock.getAsLong();
    }
}
