package dev.sluice.proxy.downstream;

import dev.sluice.limits.admission.Ticket;
import dev.sluice.proxy.course.CourseListener;
import dev.sluice.proxy.course.RequestCourse;
import dev.sluice.proxy.exchange.Download;
import dev.sluice.proxy.exchange.Exchange;
import dev.sluice.proxy.exchange.Upload;
import dev.sluice.proxy.gate.Gate;
import dev.sluice.proxy.http1.HeadScratch;
import dev.sluice.proxy.loop.ConnectionCloser;
import dev.sluice.proxy.loop.DrainState;
import dev.sluice.proxy.loop.LoopContext;
import dev.sluice.proxy.loop.ReadSizes;
import dev.sluice.proxy.response.ErrorResponses;
import dev.sluice.proxy.upstream.UpstreamPool;
import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client connections of one event loop: puts each together from its parts, sweeps them for timeouts, and drains them.
 *
 * <p>Timeouts are not timers, of which each request would need several: a sweep checks all connections of the loop four
 * times a second. Belongs to its loop.
 */
public final class DownstreamLoop {
    private static final Logger LOG = LoggerFactory.getLogger(DownstreamLoop.class);

    /** To find the longest idle connection all are looked at: a flood of connections must not pay with that each time. */
    private static final long DISPLACEMENT_NANOS = 2_000_000L;

    private final LoopContext loop;
    private final DrainState drain;
    private final ProxyOptions options;
    private final Gate gate;
    private final ConnectionLimit limit;
    private final UpstreamPool pool;
    private final CourseListener courses;
    private final HeadScratch scratch;
    private final ErrorResponses errors = new ErrorResponses();
    private final ClientFaultLog faultLog = new ClientFaultLog();
    private final Set<DownstreamConnection> connections = new HashSet<>();
    private long nextDisplacementNanos;

    /**
     * A loop without connections.
     *
     * @param drain of this loop, shared with the pool
     * @param gate for all loops; this one uses its own version of it
     * @param limit for all loops
     * @param pool of this loop
     * @param courses for all loops; this one uses its own version of it
     */
    public DownstreamLoop(
            LoopContext loop,
            DrainState drain,
            ProxyOptions options,
            Gate gate,
            ConnectionLimit limit,
            UpstreamPool pool,
            CourseListener courses) {
        this.loop = loop;
        this.drain = drain;
        this.options = options;
        this.gate = gate.forEventLoop();
        this.limit = limit;
        this.pool = pool;
        this.courses = courses.forEventLoop();
        this.nextDisplacementNanos = loop.nowNanos();
        this.scratch = new HeadScratch(options.maxHeadBytes(), options.bounds().maxHeaders());
    }

    /** Puts a connection together for a client's channel. */
    public DownstreamConnection newConnection(Channel channel, ConnectionCloser closer) {
        loop.readClock();
        ClientRateCheck rateCheck = new ClientRateCheck(loop.nowNanos());
        ConnectionSetup setup = new ConnectionSetup(
                loop, limit, options.trustedProxies(), faultLog, channel, closer, this::displaceIdle);
        ClientInput input = new ClientInput(rateCheck);
        RequestCourse course =
                new RequestCourse(loop, courses, head -> setup.client(head).address(), setup::peer);
        ClientOutput output = new ClientOutput(loop, drain, errors, channel, closer, rateCheck, course);
        ClientTimeouts timeouts = new ClientTimeouts(loop, drain, options, channel, setup, input, rateCheck);
        Ticket ticket = new Ticket();
        ReadSizes readSizes = ReadSizes.of(channel);
        Upload upload = new Upload(loop, ticket, input, readSizes, course);
        Download download = new Download(loop, scratch, ticket.download(), output, channel.alloc(), upload, course);
        return new DownstreamConnection(
                loop,
                this,
                channel,
                setup,
                input,
                output,
                timeouts,
                listener -> new Exchange(
                        loop,
                        pool,
                        options.exchangeTimeouts(),
                        ticket,
                        input,
                        output,
                        upload,
                        download,
                        channel.alloc(),
                        listener),
                exchange -> new RequestSequencer(
                        loop, scratch, gate, channel, setup, input, output, timeouts, ticket, exchange, readSizes));
    }

    ProxyOptions options() {
        return options;
    }

    LoopContext context() {
        return loop;
    }

    void opened(DownstreamConnection connection) {
        connections.add(connection);
        loop.counters().clientConnections.increment();
    }

    void closed(DownstreamConnection connection) {
        if (connections.remove(connection)) {
            loop.counters().clientConnections.decrement();
        }
    }

    /** Ends the connection that has been idle for longest, so that another client is served; returns whether there was one. */
    private boolean displaceIdle(Predicate<ConnectionSetup> mayBeDisplaced) {
        if (loop.nowNanos() - nextDisplacementNanos < 0) {
            return false;
        }
        nextDisplacementNanos = loop.nowNanos() + DISPLACEMENT_NANOS;
        DownstreamConnection longest = null;
        long longestNanos = -1;
        for (DownstreamConnection connection : connections) {
            long idleNanos = connection.idleNanos(loop.nowNanos());
            if (idleNanos > longestNanos && connection.mayBeDisplaced(mayBeDisplaced)) {
                longest = connection;
                longestNanos = idleNanos;
            }
        }
        if (longest == null) {
            return false;
        }
        loop.counters().connectionsDisplaced.increment();
        longest.displace();
        return true;
    }

    // --- timeouts -----------------------------------------------------------------------------

    /**
     * Checks all connections for timeouts. Throws nothing, not even an error such as that of an exhausted direct memory:
     * the loop would never sweep again.
     */
    void sweep() {
        loop.readClock();
        List<DownstreamConnection> late = new ArrayList<>();
        try {
            for (DownstreamConnection connection : connections) {
                if (connection.isLate(loop.nowNanos())) {
                    late.add(connection);
                }
            }
        } catch (RuntimeException | Error e) {
            // One connection that fails must not keep the others from their timeouts for ever.
            LOG.error("a connection could not be checked for timeouts", e);
        }
        for (DownstreamConnection connection : late) {
            try {
                connection.onTimeout();
            } catch (RuntimeException | Error e) {
                // The other timeouts are still handled.
                LOG.error("a timeout could not be handled", e);
            }
        }
        try {
            pool.closeIdle(loop.nowNanos());
        } catch (RuntimeException | Error e) {
            LOG.error("idle upstream connections could not be closed", e);
        }
        try {
            gate.sweep();
        } catch (RuntimeException | Error e) {
            LOG.error("the gate could not forget what is no longer valid", e);
        }
    }

    // --- drain --------------------------------------------------------------------------------

    /** From now on each response that has not begun is its connection's last. */
    void drain() {
        loop.readClock();
        drain.begin();
        connections.forEach(DownstreamConnection::onDrain);
    }

    /** Requests that wait for room get none any more: the sidecar is about to stop. */
    void refuseHeld() {
        loop.readClock();
        List.copyOf(connections).forEach(DownstreamConnection::refuseHeld);
    }

    /** The loop has ended: what was derived from secrets doesn't stay in memory. */
    void wipe() {
        gate.wipe();
    }

    /** From now on idle connections are closed too. */
    void closeIdle() {
        loop.readClock();
        drain.closeIdle(loop.nowNanos());
    }
}
