package dev.sluice.proxy.loop;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * One event loop as its connections see it: a clock that is read once for each event, tasks, the kind of its sockets and
 * the counters. Belongs to that loop: no field is touched by another thread.
 */
public final class LoopContext {
    private final EventLoop eventLoop;
    private final LongSupplier nanoClock;
    private final Transport transport;
    private final ProxyCounters counters;
    private long nowNanos;

    /**
     * Reads the clock for the first time.
     *
     * @param nanoClock monotonic
     */
    public LoopContext(EventLoop eventLoop, LongSupplier nanoClock, Transport transport, ProxyCounters counters) {
        this.eventLoop = eventLoop;
        this.nanoClock = nanoClock;
        this.transport = transport;
        this.counters = counters;
        this.nowNanos = nanoClock.getAsLong();
    }

    /** Reads the clock. To be called first in each event that begins on this loop. */
    public void readClock() {
        nowNanos = nanoClock.getAsLong();
    }

    /** The time at which the current event began. All that one event causes happens at the same time. */
    public long nowNanos() {
        return nowNanos;
    }

    /** Runs a task on this loop after the current event. */
    public void execute(Runnable task) {
        eventLoop.execute(task);
    }

    /** Runs a task on this loop when that time has passed. */
    public Future<?> schedule(long delayNanos, Runnable task) {
        return eventLoop.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
    }

    /** The kind of sockets in use. */
    public Transport transport() {
        return transport;
    }

    /** What the request path counts. */
    public ProxyCounters counters() {
        return counters;
    }
}
