package dev.sluice.it.harness.net;

import java.io.IOException;
import java.net.URI;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Sends GET requests for one target at a steady rate over one connection. While nothing listens it tries again and again; an
 * endpoint may come back at another port.
 */
public final class SteadyLoad implements AutoCloseable {
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final int SERVED = 200;
    private static final int REJECTED = 503;

    /** When each response came of a request that was served, by {@link System#nanoTime}. */
    public final Queue<Long> servedNanos = new ConcurrentLinkedQueue<>();

    public final LongAdder rejected = new LongAdder();
    /** Responses that are neither. */
    public final LongAdder others = new LongAdder();

    /** The status of the last of them. */
    public volatile int lastOther;

    /** The longest time from a request to its response, or to the end of its connection without one. */
    public final LongAccumulator longestNanos = new LongAccumulator(Math::max, 0);

    private final Supplier<URI> endpoint;
    private final String request;
    private final long gapNanos;
    private final Thread thread;
    private volatile boolean isRunning = true;

    private SteadyLoad(Supplier<URI> endpoint, String host, String target, int perSecond) {
        this.endpoint = endpoint;
        this.request = "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
        this.gapNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.thread = new Thread(this::run, "load " + target);
        thread.setDaemon(true);
    }

    /** Starts to send. Requests that are late by more than a second are left out. */
    public static SteadyLoad start(Supplier<URI> endpoint, String host, String target, int perSecond) {
        var load = new SteadyLoad(endpoint, host, target, perSecond);
        load.thread.start();
        return load;
    }

    private void run() {
        long next = System.nanoTime();
        long sent = next;
        while (isRunning) {
            sent = System.nanoTime();
            try (var connection = WireHttpClient.connect(endpoint.get())) {
                while (isRunning) {
                    next = Math.max(next + gapNanos, System.nanoTime() - TimeUnit.SECONDS.toNanos(1));
                    LockSupport.parkNanos(next - System.nanoTime());
                    sent = System.nanoTime();
                    connection.send(request);
                    count(connection.readResponse().status());
                    longestNanos.accumulate(System.nanoTime() - sent);
                }
            } catch (IOException e) {
                longestNanos.accumulate(System.nanoTime() - sent);
                LockSupport.parkNanos(RETRY_NANOS);
            }
        }
    }

    private void count(int status) {
        if (status == SERVED) {
            servedNanos.add(System.nanoTime());
        } else if (status == REJECTED) {
            rejected.increment();
        } else {
            lastOther = status;
            others.increment();
        }
    }

    /** Stops it, once the last response has come. */
    @Override
    public void close() {
        isRunning = false;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
