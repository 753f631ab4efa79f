package dev.sluice.proxy.app;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread for what parts do every few seconds and what may block: forgetting idle accounts, summary log lines,
 * look-ups and probes of the gateway. A part hands over its tasks when it starts. This part is the first to start and the
 * last to close, so that a last summary holds everything.
 */
final class Housekeeping implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
    /** Longer than any task blocks. */
    private static final long CLOSE_MILLIS_MAX = 2_000;

    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "housekeeping");
        thread.setDaemon(true);
        return thread;
    });
    private final List<Runnable> finalTasks = new CopyOnWriteArrayList<>();

    /** Runs a task once, soon. */
    void once(Runnable task) {
        executor.execute(caught(task));
    }

    /** Runs a task again and again, with so many seconds between two runs. */
    void every(int seconds, Runnable task) {
        executor.scheduleWithFixedDelay(caught(task), seconds, seconds, TimeUnit.SECONDS);
    }

    /** Likewise, and once more at the end. */
    void everyAndAtEnd(int seconds, Runnable task) {
        every(seconds, task);
        finalTasks.add(caught(task));
    }

    private static Runnable caught(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                // Not even an error such as that of an exhausted direct memory may end a task for ever.
                LOG.error("a housekeeping task failed; it is tried again at its next time", e);
            }
        };
    }

    @Override
    public void close() throws InterruptedException {
        executor.shutdownNow();
        // The tasks belong to the housekeeping thread until it has ended.
        if (executor.awaitTermination(CLOSE_MILLIS_MAX, TimeUnit.MILLISECONDS)) {
            finalTasks.forEach(Runnable::run);
        }
    }
}
