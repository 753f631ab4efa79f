package dev.sluice.proxy.loop;

import dev.sluice.proxy.downstream.ClientFaultLog;
import dev.sluice.proxy.downstream.ConnectionLimit;
import dev.sluice.proxy.downstream.DownstreamConnection;
import dev.sluice.proxy.downstream.ProxyOptions;
import dev.sluice.proxy.gate.Gate;
import dev.sluice.proxy.http1.HeaderLines;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.http1.ResponseHead;
import dev.sluice.proxy.response.ErrorResponses;
import dev.sluice.proxy.tls.TlsOptions;
import dev.sluice.proxy.upstream.UpstreamPool;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the connections of one event loop share. Belongs to that loop: no field is touched by another thread.
 *
 * <p>Timeouts are not timers, of which each request would need several: a sweep looks at all connections of the loop
 * every quarter of a second and asks each whether its time is up ({@link SweepThread}).
 */
public final class LoopContext {
    private static final Logger LOG = LoggerFactory.getLogger(LoopContext.class);
    /** How long a drain waits for a client that neither asks nor sends. */
    private static final long DRAIN_QUIET_NANOS = 1_000_000_000L;

    private final EventLoop loop;
    private final ProxyOptions options;
    private final Gate gate;
    private final ProxyCounters counters;
    private final LongSupplier nanoClock;
    private final ConnectionLimit connectionLimit;
    private final Transport transport;
    private final UpstreamPool pool;
    private final Set<DownstreamConnection> connections = new HashSet<>();
    private final ErrorResponses answers = new ErrorResponses();
    private final ClientFaultLog peerTroubles = new ClientFaultLog();
    private final RequestHead requestHead;
    private final ResponseHead responseHead;
    private final byte[] scratch;
    private final Runnable exchangeOver;
    private final Runnable sweep = this::sweep;
    private final AtomicBoolean sweepIsDue = new AtomicBoolean();
    private long nowNanos;
    private boolean draining;
    private boolean leavesIdle;
    private long leavingNanos;

    public LoopContext(
            EventLoop loop,
            ProxyOptions options,
            Gate gate,
            ProxyCounters counters,
            LongSupplier nanoClock,
            ConnectionLimit connectionLimit,
            Transport transport,
            ByteBufAllocator allocator,
            TlsOptions tls) {
        this.loop = loop;
        this.options = options;
        this.gate = gate.forEventLoop();
        this.counters = counters;
        this.nanoClock = nanoClock;
        this.connectionLimit = connectionLimit;
        this.transport = transport;
        this.exchangeOver = counters.exchanges::decrement;
        this.nowNanos = nanoClock.getAsLong();
        int maxHeaders = options.bounds().maxHeaders();
        this.requestHead = new RequestHead(maxHeaders);
        // What clients may store with an object comes back with it, beside what the gateway says itself.
        this.responseHead = new ResponseHead(Math.max(maxHeaders, HeaderLines.DEFAULT_MAX));
        // One byte more than a head may have, so that one that is too large is seen to be.
        this.scratch = new byte[options.maxHeadBytes() + 1];
        Bootstrap bootstrap = transport.newBootstrap().group(loop);
        this.pool = new UpstreamPool(this, bootstrap, allocator, tls.gateway());
    }

    /** Has the loop look at all of its connections, unless it is about to; any thread. */
    void callToSweep() {
        if (sweepIsDue.compareAndSet(false, true)) {
            loop.execute(sweep);
        }
    }

    private void sweep() {
        sweepIsDue.set(false);
        readClock();
        List<DownstreamConnection> late = new ArrayList<>();
        try {
            for (DownstreamConnection connection : connections) {
                if (connection.isLate(nowNanos)) {
                    late.add(connection);
                }
            }
        } catch (RuntimeException e) {
            // One that fails must not keep the others waiting for ever.
            LOG.error("a connection could not be looked at", e);
        }
        for (DownstreamConnection connection : late) {
            try {
                connection.onLate();
            } catch (RuntimeException e) {
                // Likewise.
                LOG.error("a timeout could not be handled", e);
            }
        }
        pool.closeIdle(nowNanos);
    }

    public void opened(DownstreamConnection connection) {
        connections.add(connection);
        counters.clientConnections.increment();
    }

    public void closed(DownstreamConnection connection) {
        if (connections.remove(connection)) {
            counters.clientConnections.decrement();
        }
    }

    /** From now on answers say that they are their connection's last. */
    public void drain() {
        readClock();
        draining = true;
        connections.forEach(DownstreamConnection::drain);
    }

    /**
     * From now on connections on which nothing is asked are left too, but not at once: a request may be on its way, and
     * who asks again and again is to read in an answer that it is the last.
     */
    public void leaveIdle() {
        readClock();
        leavesIdle = true;
        leavingNanos = nowNanos();
    }

    /** Whether the drain waits no longer for a client that has been quiet since then. */
    public boolean isOverdue(long quietSinceNanos, long nowNanos) {
        return leavesIdle && nowNanos - Math.max(quietSinceNanos, leavingNanos) > DRAIN_QUIET_NANOS;
    }

    public boolean isDraining() {
        return draining;
    }

    public ProxyOptions options() {
        return options;
    }

    public Gate gate() {
        return gate;
    }

    public ProxyCounters counters() {
        return counters;
    }

    public ConnectionLimit connectionLimit() {
        return connectionLimit;
    }

    public Transport transport() {
        return transport;
    }

    public UpstreamPool pool() {
        return pool;
    }

    public ErrorResponses answers() {
        return answers;
    }

    public ClientFaultLog peerTroubles() {
        return peerTroubles;
    }

    /** For parsing one head at a time: what is read from it must be read before the next is parsed. */
    public RequestHead requestHead() {
        return requestHead;
    }

    /** Likewise for answers. */
    public ResponseHead responseHead() {
        return responseHead;
    }

    /** What heads are copied to for parsing. */
    public byte[] scratch() {
        return scratch;
    }

    /** To be called first in each event that begins on the loop. */
    public void readClock() {
        nowNanos = nanoClock.getAsLong();
    }

    /** When the event that is being handled began: one reading for all that it brings about. */
    public long nowNanos() {
        return nowNanos;
    }

    /** Runs it on this loop when that time has passed. */
    public Future<?> after(long nanos, Runnable action) {
        return loop.schedule(action, nanos, TimeUnit.NANOSECONDS);
    }

    /** Counts an exchange as over; one object for all of them. */
    public Runnable exchangeOver() {
        return exchangeOver;
    }
}
