package dev.sluice.proxy.loop;

import dev.sluice.common.IpAddress;
import dev.sluice.limits.admission.Ticket;
import dev.sluice.limits.admission.Verdict;
import dev.sluice.proxy.http1.HttpMethod;
import dev.sluice.proxy.loop.RecentRequests.RecentRequest;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * One event loop as its connections see it: a clock that is read once for each event, tasks, the kind of its sockets and
 * the counters. Belongs to that loop: no field is touched by another thread.
 */
public final class LoopContext {
    /** A power of two: the count may overflow. */
    private static final int SAMPLED_OF = 64;

    private final EventLoop eventLoop;
    private final LongSupplier nanoClock;
    private final Transport transport;
    private final ProxyCounters counters;
    private final LoopTimes times;
    private long nowNanos;
    private int admitted;

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
        this.times = counters.times.addLoop();
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

    /** The time now, within an event. It changes nothing: the event keeps its own time. */
    public long readNanos() {
        return nanoClock.getAsLong();
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

    /** A limit has rejected a request. */
    public void onRejected(Verdict.Rejected verdict, IpAddress client, HttpMethod method) {
        counters.rejected.increment();
        counters.recent.add(new RecentRequest(
                nowNanos,
                verdict.scope(),
                verdict.subject(),
                Optional.of(verdict.dimension()),
                client,
                method,
                verdict.retryAfterNanos()));
    }

    /** A request was admitted: one of some dozens is remembered. */
    public void onAdmitted(Ticket ticket, IpAddress client, HttpMethod method) {
        if (admitted++ % SAMPLED_OF == 0) {
            ticket.forEachOwner(owner -> counters.recent.add(
                    new RecentRequest(nowNanos, owner.scope(), owner.label(), Optional.empty(), client, method, 0)));
        }
    }

    /** How long the requests of this loop took. */
    public LoopTimes times() {
        return times;
    }
}
