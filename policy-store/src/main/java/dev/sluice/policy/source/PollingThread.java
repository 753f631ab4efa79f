package dev.sluice.policy.source;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls a task at an interval, also after the task failed. Polling, unlike inotify, works the same on every file system
 * and for sources other than files.
 */
final class PollingThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PollingThread.class);

    private static final long IDLE = Long.MIN_VALUE;

    private final ScheduledExecutorService executor;
    private final String name;
    private final long intervalMillis;
    private final LongConsumer task;
    /** When the call that is under way began; {@link #IDLE}: none is. */
    private volatile long beganNanos = IDLE;

    /**
     * Creates the thread; it is not started.
     *
     * @param task is given the wall clock in milliseconds
     */
    PollingThread(String name, long intervalMillis, LongConsumer task) {
        this.name = name;
        this.intervalMillis = intervalMillis;
        this.task = task;
        this.executor = Executors.newSingleThreadScheduledExecutor(run -> {
            Thread thread = new Thread(run, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Begins, with a call at once. */
    void start() {
        var unused = executor.scheduleWithFixedDelay(this::callSafely, 0, intervalMillis, TimeUnit.MILLISECONDS);
    }

    private void callSafely() {
        try {
            beganNanos = Math.max(IDLE + 1, System.nanoTime());
            task.accept(System.currentTimeMillis());
        } catch (RuntimeException | Error e) {
            // an exception would end the schedule, and no later change would be noticed
            LOG.error("{} failed and goes on", name, e);
        } finally {
            beganNanos = IDLE;
        }
    }

    /** How long the call that is under way has taken so far, in milliseconds; 0: none is. Thread-safe. */
    long busyMillis(long nowNanos) {
        long began = beganNanos;
        return began == IDLE ? 0 : Math.max(0, TimeUnit.NANOSECONDS.toMillis(nowNanos - began));
    }

    @Override
    public void close() {
        executor.shutdown();
    }
}
