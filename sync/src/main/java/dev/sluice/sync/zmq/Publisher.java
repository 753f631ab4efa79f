package dev.sluice.sync.zmq;

import dev.sluice.sync.config.Endpoint;
import dev.sluice.sync.config.KeyRing;
import dev.sluice.sync.config.SyncClocks;
import dev.sluice.sync.config.SyncConfig;
import dev.sluice.sync.outgoing.ReportContent;
import dev.sluice.sync.outgoing.ReportSource;
import dev.sluice.sync.outgoing.SendStats;
import dev.sluice.sync.outgoing.TickSchedule;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.ZMQ;

/**
 * Publishes this node's reports. It is the task of the thread that owns the publishing socket and the {@link
 * Reporter}.
 *
 * <p>It ticks by the {@link TickSchedule} and sleeps in between. An urgent update wakes it and is sent at once. A
 * new subscriber gets the full state within {@value #WAIT_NANOS_MAX} ns; if many subscribe, once an interval.
 */
public final class Publisher implements SyncThread.Task {
    private static final long WAIT_NANOS_MAX = 50_000_000L;
    private static final int SUBSCRIPTIONS_PER_CYCLE_MAX = 1_000;

    /** While clients may wait for an answer in a handshake. */
    private static final long WAIT_NANOS_MAX_GUARDED = 20_000_000L;

    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);

    private final ReportSource reporter;
    private final Supplier<Optional<KeyRing>> keys;
    private final UnauthenticatedPeers unauthenticatedPeers = new UnauthenticatedPeers();
    private final long intervalNanos;
    private final SyncClocks clocks;
    private final TickSchedule schedule;
    private Endpoint listen;
    private @Nullable SocketContext sockets;
    private ZMQ.@Nullable Socket socket;
    private @Nullable ZapAuthenticator authenticator;
    private Optional<KeyRing> ring = Optional.empty();
    private volatile @Nullable Thread thread;
    private long fullStateNanos;
    private boolean fullStateRequested;
    private volatile SendStats stats;

    /**
     * Makes a publisher that does not listen yet.
     *
     * @param keys read each cycle; always empty or never
     */
    public Publisher(
            ReportSource reporter,
            Supplier<Optional<KeyRing>> keys,
            SyncConfig config,
            SyncClocks clocks,
            RandomGenerator random) {
        this.reporter = reporter;
        this.keys = keys;
        this.intervalNanos = config.intervalNanos();
        this.listen = Endpoint.toListen(config.listen());
        this.clocks = clocks;
        long now = clocks.nanos().getAsLong();
        this.schedule = new TickSchedule(intervalNanos, TickSchedule.JITTER, random, now);
        this.fullStateNanos = now - intervalNanos;
        this.stats = new SendStats(0, 0, 0, 0, 0, 0, 0, 0, 0, now);
    }

    /**
     * Binds the socket. The starting thread may call it before the publisher thread runs.
     *
     * @throws org.zeromq.ZMQException if the endpoint can't be listened on
     */
    public void open() {
        SocketContext opened = new SocketContext();
        ring = keys.get();
        try {
            // Before the socket: without a ZAP handler ZeroMQ admits everybody.
            authenticator = ring.isPresent()
                    ? new ZapAuthenticator(
                            opened, unauthenticatedPeers, clocks.nanos().getAsLong())
                    : null;
            ZMQ.Socket bound = opened.publishingSocket(listen, ring);
            // If the socket must be made again, peers find it at the same port.
            listen = Endpoint.toListen(bound.getLastEndpoint());
            sockets = opened;
            socket = bound;
        } finally {
            if (sockets == null) {
                opened.close();
            }
        }
    }

    /** The listen endpoint; before the thread starts. */
    public String endpoint() {
        return listen.text();
    }

    public SendStats stats() {
        return stats;
    }

    /** The nodes that were refused lately; any thread. */
    public List<UnauthenticatedPeer> unauthenticatedPeers() {
        return unauthenticatedPeers.list();
    }

    @Override
    public void runCycle() {
        if (sockets == null) {
            open();
        }
        if (thread == null) {
            thread = Thread.currentThread();
            reporter.onUrgentUpdate(this::wake);
        }
        followKeys();
        long now = clocks.nanos().getAsLong();
        Objects.requireNonNull(sockets).check(now);
        long dueNanos = schedule.dueNanos();
        dueNanos = fullStateRequested ? Math.min(dueNanos, fullStateNanos + intervalNanos) : dueNanos;
        long waitNanos = Math.min(dueNanos - now, ring.isPresent() ? WAIT_NANOS_MAX_GUARDED : WAIT_NANOS_MAX);
        waitNanos = Math.min(waitNanos, reporter.urgentWaitNanos(now));
        if (waitNanos > 0) {
            LockSupport.parkNanos(this, waitNanos);
        }
        authenticate();
        receiveSubscriptions();
        now = clocks.nanos().getAsLong();
        if (fullStateRequested && now - fullStateNanos >= intervalNanos) {
            fullStateRequested = false;
            fullStateNanos = now;
            tick(ReportContent.FULL_STATE, now);
        } else if (schedule.isDue(now)) {
            tick(ReportContent.CHANGES, now);
        } else if (reporter.urgentWaitNanos(now) <= 0) {
            send(
                    ReportContent.URGENT,
                    reporter.tickUrgent(now, clocks.wallMillis().getAsLong()),
                    now);
        }
    }

    /** Ends the sleep between ticks; any thread. */
    private void wake() {
        LockSupport.unpark(thread);
    }

    /** New connections use a new secret. If a key in use is no longer listed, all connections end. */
    private void followKeys() {
        Optional<KeyRing> now = keys.get();
        if (now.equals(ring) || now.isEmpty()) {
            return;
        }
        KeyRing before = ring.orElseThrow();
        ring = now;
        if (Objects.requireNonNull(authenticator).hasAdmittedOthersThan(now.get())) {
            LOG.info("a key that was in use is no longer listed: all connections are closed");
            close();
            open();
        } else if (!now.get().hasSecretOf(before)) {
            // All connections of a socket share its options, and each reads the secret when its handshake begins.
            now.get().guard(Objects.requireNonNull(socket));
        }
    }

    private void authenticate() {
        if (authenticator != null) {
            int refused =
                    authenticator.answer(ring.orElseThrow(), clocks.nanos().getAsLong());
            SendStats s = stats;
            stats = refused == 0
                    ? s
                    : new SendStats(
                            s.ticks(),
                            s.fullTicks(),
                            s.reports(),
                            s.bytes(),
                            s.subscriptions(),
                            s.subjects(),
                            s.deferred(),
                            s.refused() + refused,
                            s.unauthenticated(),
                            s.lastTickNanos());
        }
    }

    private void receiveSubscriptions() {
        long accepted = 0;
        long unauthenticated = 0;
        for (int i = 0; i < SUBSCRIPTIONS_PER_CYCLE_MAX; i++) {
            byte[] message = Objects.requireNonNull(socket).recv(ZMQ.DONTWAIT);
            if (message == null) {
                break;
            }
            // First byte 1: subscribe, 0: unsubscribe. Anything else is ignored.
            if (message.length > 0 && message[0] == 1) {
                boolean served = serve(Objects.requireNonNull(socket));
                accepted += served ? 1 : 0;
                unauthenticated += served ? 0 : 1;
            }
        }
        fullStateRequested |= accepted > 0;
        if (accepted > 0 || unauthenticated > 0) {
            SendStats s = stats;
            stats = new SendStats(
                    s.ticks(),
                    s.fullTicks(),
                    s.reports(),
                    s.bytes(),
                    s.subscriptions() + accepted,
                    s.subjects(),
                    s.deferred(),
                    s.refused(),
                    s.unauthenticated() + unauthenticated,
                    s.lastTickNanos());
        }
    }

    /** Whether the last subscriber is served. */
    private boolean serve(ZMQ.Socket publishingSocket) {
        if (authenticator == null) {
            return true;
        }
        boolean admitted = authenticator.useAdmission(clocks.nanos().getAsLong());
        if (admitted) {
            SocketContext.serveLastSubscriber(publishingSocket);
        }
        return admitted;
    }

    private void tick(ReportContent content, long nowNanos) {
        // Set first: if this tick fails, the next one is not due at once.
        schedule.ticked(nowNanos);
        send(content, reporter.tick(content, nowNanos, clocks.wallMillis().getAsLong()), nowNanos);
    }

    private void send(ReportContent content, List<byte[]> reports, long nowNanos) {
        long bytes = 0;
        for (byte[] report : reports) {
            Objects.requireNonNull(socket).send(report, ZMQ.DONTWAIT);
            bytes += report.length;
        }
        SendStats s = stats;
        stats = new SendStats(
                s.ticks() + 1,
                s.fullTicks() + (content == ReportContent.FULL_STATE ? 1 : 0),
                s.reports() + reports.size(),
                s.bytes() + bytes,
                s.subscriptions(),
                reporter.subjects(),
                reporter.deferred(),
                s.refused(),
                s.unauthenticated(),
                nowNanos);
    }

    @Override
    public void finish() {
        if (sockets != null) {
            tick(ReportContent.FINAL, clocks.nanos().getAsLong());
        }
    }

    @Override
    public void close() {
        SocketContext opened = sockets;
        if (socket != null) {
            // Before the authenticator: the socket must never listen without one.
            socket.close();
        }
        sockets = null;
        socket = null;
        authenticator = null;
        if (opened != null) {
            opened.close();
        }
    }
}
