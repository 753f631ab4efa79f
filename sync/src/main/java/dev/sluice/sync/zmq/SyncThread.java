package dev.sluice.sync.zmq;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that runs a task in cycles until it is stopped. After an unexpected exception it closes the task and
 * runs it again after a back-off from {@value #BACK_OFF_MILLIS_MIN} ms to {@value #BACK_OFF_MILLIS_MAX} ms. The
 * thread is never interrupted, because ZeroMQ can't bear it; cycles are short instead.
 */
public final class SyncThread implements Runnable {
    static final long BACK_OFF_MILLIS_MIN = 100;
    static final long BACK_OFF_MILLIS_MAX = 5_000;

    /** After so many cycles without a failure the back-off starts again from its minimum. */
    private static final int CYCLES_TO_RECOVER = 100;

    private static final Logger LOG = LoggerFactory.getLogger(SyncThread.class);

    /** The work of a sync thread; called by that thread only. */
    interface Task {
        /** Waits for work and does it, 100 ms at most altogether. Opens what is closed first. */
        void runCycle();

        /** Sends the final report before {@link #close}, if nothing failed. */
        default void finish() {}

        /** Releases what {@link #runCycle} opened; may be called again. */
        void close();
    }

    private final String name;
    private final Task task;
    private final LongSupplier nanos;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile long lastCycleNanos;
    private volatile long failures;
    private volatile String lastFailure = "";

    public SyncThread(String name, Task task, LongSupplier nanos) {
        this.name = name;
        this.task = task;
        this.nanos = nanos;
        this.lastCycleNanos = nanos.getAsLong();
    }

    public Thread start() {
        Thread thread = new Thread(this, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Any thread; the task ends after the current cycle. */
    public void stop() {
        stopped.countDown();
    }

    /** When the last successful cycle ended; any thread. */
    public long lastCycleNanos() {
        return lastCycleNanos;
    }

    /** How often the task failed; any thread. */
    public long failures() {
        return failures;
    }

    /** The last failure, for people; empty: none so far. */
    public String lastFailure() {
        return lastFailure;
    }

    @Override
    public void run() {
        long backOffMillis = BACK_OFF_MILLIS_MIN;
        int cycles = 0;
        while (stopped.getCount() > 0) {
            try {
                task.runCycle();
                lastCycleNanos = nanos.getAsLong();
                if (++cycles >= CYCLES_TO_RECOVER) {
                    backOffMillis = BACK_OFF_MILLIS_MIN;
                }
            } catch (RuntimeException | Error e) {
                recordFailure(e);
                close();
                cycles = 0;
                if (isStopped(backOffMillis)) {
                    return;
                }
                backOffMillis = Math.min(2 * backOffMillis, BACK_OFF_MILLIS_MAX);
            }
        }
        try {
            task.finish();
        } catch (RuntimeException e) {
            LOG.warn("{} could not send its final report", name, e);
        }
        close();
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // only this thread writes it
    private void recordFailure(Throwable failure) {
        failures++;
        lastFailure = failure.toString();
        LOG.error("{} failed; it starts again", name, failure);
    }

    private void close() {
        try {
            task.close();
        } catch (RuntimeException e) {
            LOG.warn("{} could not close its sockets", name, e);
        }
    }

    private boolean isStopped(long waitMillis) {
        try {
            return stopped.await(waitMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            // This project never interrupts the thread. Whoever does wants it to end.
            return true;
        }
    }
}
