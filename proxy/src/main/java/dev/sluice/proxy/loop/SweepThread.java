package dev.sluice.proxy.loop;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A thread that asks each event loop four times a second to sweep its connections for timeouts. The sweep is not a
 * scheduled task of the loop, because Netty reads the clock several times a request while a loop has any.
 */
public final class SweepThread implements AutoCloseable {
    private static final long INTERVAL_MILLIS = 250;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "sweeper");
        thread.setDaemon(true);
        return thread;
    });

    private final List<Runnable> sweepRequests;

    /**
     * Starts the thread.
     *
     * @param sweepRequests each asks one loop for a sweep and returns at once
     */
    public SweepThread(List<Runnable> sweepRequests) {
        this.sweepRequests = List.copyOf(sweepRequests);
        var unused = timer.scheduleWithFixedDelay(
                this::requestSweeps, INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void requestSweeps() {
        for (Runnable request : sweepRequests) {
            try {
                request.run();
            } catch (RejectedExecutionException e) {
                // This loop has ended; the others may still run.
            }
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
