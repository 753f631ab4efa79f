package dev.sluice.proxy.quota.server;

import dev.sluice.proxy.downstream.ConnectionLimit;
import dev.sluice.proxy.downstream.ConnectionSlot;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.loop.ConnectionCloser;
import dev.sluice.proxy.loop.LoopContext;
import dev.sluice.proxy.loop.ProxyCounters;
import io.netty.channel.Channel;
import java.net.SocketAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the connections of one event loop share, and the sweep over them. Belongs to that loop. */
final class QuotaLoop {
    private static final Logger LOG = LoggerFactory.getLogger(QuotaLoop.class);
    private static final int HEAD_BYTES_MAX = 16 * 1024;
    /** A search for an idle connection looks at all of them, so it is made once in a while at most. */
    private static final long DISPLACEMENT_NANOS = 10_000_000L;

    /** An idle client whose place is wanted has had this time for its next request. */
    private static final long DISPLACEABLE_NANOS = 1_000_000_000L;

    private final LoopContext context;
    private final QuotaServerOptions options;
    private final QuotaRouter router;
    private final ConnectionLimit limit;
    private final BodyBudget bodies;
    private final RequestHead head = new RequestHead();
    // one byte more than a head may have, so that one that is too large is recognised
    private final byte[] headBytes = new byte[HEAD_BYTES_MAX + 1];
    private final Set<QuotaConnection> connections = new LinkedHashSet<>();
    private boolean isDraining;
    private long nextDisplacementNanos;

    QuotaLoop(
            LoopContext context,
            QuotaServerOptions options,
            QuotaRouter router,
            ConnectionLimit limit,
            BodyBudget bodies) {
        this.context = context;
        this.options = options;
        this.router = router;
        this.limit = limit;
        this.bodies = bodies;
        this.nextDisplacementNanos = context.nowNanos();
    }

    QuotaConnection newConnection(Channel channel, ConnectionCloser closer) {
        context.readClock();
        return new QuotaConnection(this, channel, closer);
    }

    // ---- for the connections ----

    void readClock() {
        context.readClock();
    }

    long nowNanos() {
        return context.nowNanos();
    }

    void execute(Runnable task) {
        context.execute(task);
    }

    ProxyCounters counters() {
        return context.counters();
    }

    QuotaServerOptions options() {
        return options;
    }

    QuotaRouter router() {
        return router;
    }

    BodyBudget bodies() {
        return bodies;
    }

    /** The parser of heads: what it parsed is valid until the next head. */
    RequestHead head() {
        return head;
    }

    /** Where heads are copied to before they are parsed; one byte longer than a head may be. */
    byte[] headBytes() {
        return headBytes;
    }

    boolean isDraining() {
        return isDraining;
    }

    ClientPlace newPlace(@Nullable SocketAddress remote) {
        return new ClientPlace(limit, remote);
    }

    /** Takes a place for a connection, if need be that of the one which has been idle for longest; false: there is none. */
    boolean enter(QuotaConnection connection) {
        ConnectionSlot slot = connection.place().take();
        if (slot != ConnectionSlot.SERVED && displaceIdle(connection.place())) {
            slot = connection.place().take();
        }
        if (slot != ConnectionSlot.SERVED) {
            counters().connectionsRefused.increment();
        }
        if (slot == ConnectionSlot.DROPPED) {
            return false;
        }
        connections.add(connection);
        counters().clientConnections.increment();
        return true;
    }

    /** Whether there was an idle connection whose place the client may have. */
    private boolean displaceIdle(ClientPlace newcomer) {
        if (nowNanos() - nextDisplacementNanos < 0) {
            return false;
        }
        nextDisplacementNanos = nowNanos() + DISPLACEMENT_NANOS;
        QuotaConnection longest = null;
        for (QuotaConnection each : connections) {
            boolean isIdle = each.isIdle() && nowNanos() - each.idleSinceNanos() > DISPLACEABLE_NANOS;
            if (isIdle && newcomer.mayDisplace(each.place()) && isLonger(each, longest)) {
                longest = each;
            }
        }
        if (longest == null) {
            return false;
        }
        counters().connectionsDisplaced.increment();
        longest.close();
        return true;
    }

    private static boolean isLonger(QuotaConnection each, @Nullable QuotaConnection longest) {
        return longest == null || each.idleSinceNanos() - longest.idleSinceNanos() < 0;
    }

    void leave(QuotaConnection connection) {
        connection.place().leave();
        if (connections.remove(connection)) {
            counters().clientConnections.decrement();
        }
    }

    // ---- sweeps and the end ----

    /** Ends what takes too long. Throws nothing: the loop would never sweep again. */
    void sweep() {
        readClock();
        for (QuotaConnection connection : List.copyOf(connections)) {
            try {
                connection.sweep();
            } catch (RuntimeException | Error e) {
                LOG.error("a timeout of the quota port could not be handled", e);
            }
        }
    }

    /** From now on responses are the last of their connections, and idle connections end. */
    void drain() {
        readClock();
        isDraining = true;
        List.copyOf(connections).forEach(QuotaConnection::onDrain);
    }

    /** Whether a request is in progress. */
    boolean isBusy() {
        return connections.stream().anyMatch(QuotaConnection::isBusy);
    }

    void closeAll() {
        readClock();
        List.copyOf(connections).forEach(QuotaConnection::close);
    }
}
