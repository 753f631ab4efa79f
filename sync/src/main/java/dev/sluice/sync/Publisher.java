package dev.sluice.sync;

import dev.sluice.sync.Reporter.Content;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.zeromq.ZMQ;

/**
 * Publishes this node's reports: the task of the thread that owns the publishing socket and the {@link Reporter}.
 *
 * <p>It ticks as {@link TickSchedule} says and sleeps in between; a surprise wakes it and is told at once. A new
 * subscriber is told everything within {@value #WAIT_NANOS_MAX} ns; where many come together, once an interval.
 */
final class Publisher implements Worker.Task {
    private static final long WAIT_NANOS_MAX = 50_000_000L;
    private static final int SUBSCRIPTIONS_PER_TURN_MAX = 1_000;

    private final Reporter reporter;
    private final long intervalNanos;
    private final Clocks clocks;
    private final TickSchedule schedule;
    private Endpoint listen;
    private @Nullable Sockets sockets;
    private ZMQ.@Nullable Socket socket;
    private volatile @Nullable Thread sleeper;
    private long fullTickNanos;
    private boolean everythingWanted;
    private volatile SendStats stats;

    Publisher(Reporter reporter, SyncConfig config, Clocks clocks, RandomGenerator random) {
        this.reporter = reporter;
        this.intervalNanos = config.intervalNanos();
        this.listen = Endpoint.toListen(config.listen());
        this.clocks = clocks;
        long now = clocks.nanos().getAsLong();
        this.schedule = new TickSchedule(intervalNanos, TickSchedule.JITTER, random, now);
        this.fullTickNanos = now - intervalNanos;
        this.stats = new SendStats(0, 0, 0, 0, 0, 0, now);
    }

    /**
     * Binds the socket. May be called by the thread that starts the worker, before it does.
     *
     * @throws org.zeromq.ZMQException if the endpoint can't be listened on
     */
    void open() {
        Sockets opened = new Sockets();
        try {
            ZMQ.Socket bound = opened.publishing(listen);
            // Should the socket have to be made anew, peers find it where it was.
            listen = Endpoint.toListen(bound.getLastEndpoint());
            sockets = opened;
            socket = bound;
        } finally {
            if (sockets == null) {
                opened.close();
            }
        }
    }

    /** What it listens on; before the worker starts. */
    String endpoint() {
        return listen.text();
    }

    SendStats stats() {
        return stats;
    }

    @Override
    public void turn() {
        if (sockets == null) {
            open();
        }
        if (sleeper == null) {
            sleeper = Thread.currentThread();
            reporter.onSurprise(this::wake);
        }
        Objects.requireNonNull(sockets).check();
        long now = clocks.nanos().getAsLong();
        long dueNanos = schedule.dueNanos();
        dueNanos = everythingWanted ? Math.min(dueNanos, fullTickNanos + intervalNanos) : dueNanos;
        long waitNanos = Math.min(dueNanos - now, WAIT_NANOS_MAX);
        if (waitNanos > 0 && !reporter.hasSurprise()) {
            LockSupport.parkNanos(this, waitNanos);
        }
        takeSubscriptions();
        now = clocks.nanos().getAsLong();
        if (everythingWanted && now - fullTickNanos >= intervalNanos) {
            everythingWanted = false;
            fullTickNanos = now;
            tick(Content.EVERYTHING, now);
        } else if (schedule.isDue(now)) {
            tick(Content.NEWS, now);
        } else if (reporter.hasSurprise()) {
            send(
                    Content.SURPRISE,
                    reporter.tickSurprised(now, clocks.wallMillis().getAsLong()),
                    now);
        }
    }

    /** Ends the sleep between ticks; any thread. */
    private void wake() {
        LockSupport.unpark(sleeper);
    }

    private void takeSubscriptions() {
        long came = 0;
        for (int i = 0; i < SUBSCRIPTIONS_PER_TURN_MAX; i++) {
            byte[] message = Objects.requireNonNull(socket).recv(ZMQ.DONTWAIT);
            if (message == null) {
                break;
            }
            // First byte 1: subscribe, 0: unsubscribe; whatever else a peer may send is of no interest.
            came += message.length > 0 && message[0] == 1 ? 1 : 0;
        }
        if (came > 0) {
            everythingWanted = true;
            SendStats s = stats;
            stats = new SendStats(
                    s.ticks(),
                    s.fullTicks(),
                    s.reports(),
                    s.bytes(),
                    s.subscriptions() + came,
                    s.subjects(),
                    s.lastTickNanos());
        }
    }

    private void tick(Content content, long nowNanos) {
        // Set first: should this tick fail, the next one is not due at once.
        schedule.ticked(nowNanos);
        send(content, reporter.tick(content, nowNanos, clocks.wallMillis().getAsLong()), nowNanos);
    }

    private void send(Content content, List<byte[]> reports, long nowNanos) {
        long bytes = 0;
        for (byte[] report : reports) {
            Objects.requireNonNull(socket).send(report, ZMQ.DONTWAIT);
            bytes += report.length;
        }
        SendStats s = stats;
        stats = new SendStats(
                s.ticks() + 1,
                s.fullTicks() + (content == Content.EVERYTHING ? 1 : 0),
                s.reports() + reports.size(),
                s.bytes() + bytes,
                s.subscriptions(),
                reporter.subjects(),
                nowNanos);
    }

    @Override
    public void finish() {
        if (sockets != null) {
            tick(Content.FAREWELL, clocks.nanos().getAsLong());
        }
    }

    @Override
    public void close() {
        Sockets opened = sockets;
        sockets = null;
        socket = null;
        if (opened != null) {
            opened.close();
        }
    }
}
