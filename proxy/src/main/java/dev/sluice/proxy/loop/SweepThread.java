package dev.sluice.proxy.loop;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Calls each event loop to its sweep four times a second, by a thread of its own: as long as a loop has anything on its calendar,
 * Netty reads the clock several times for each time that it looks for events, which is several times a request.
 */
public final class SweepThread implements AutoCloseable {
    private static final long EVERY_MILLIS = 250;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "sweeper");
        thread.setDaemon(true);
        return thread;
    });

    private final List<LoopContext> workers;

    /** Begins. */
    public SweepThread(Collection<LoopContext> workers) {
        this.workers = List.copyOf(workers);
        var unused = timer.scheduleWithFixedDelay(this::call, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void call() {
        for (LoopContext worker : workers) {
            try {
                worker.callToSweep();
            } catch (RejectedExecutionException e) {
                // Its loop has ended; that of another may not have.
            }
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
