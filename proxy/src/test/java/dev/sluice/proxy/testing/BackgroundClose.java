package dev.sluice.proxy.testing;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Closes in the background what takes its time to close, such as event loops, which wait a tenth of a second whether
 * anybody still wants something of them: with hundreds of tests that adds up.
 */
public final class BackgroundClose {
    private static final ExecutorService THREADS = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "closing");
        thread.setDaemon(true);
        return thread;
    });
    private static final Queue<Future<?>> RUNNING = new ConcurrentLinkedQueue<>();

    private BackgroundClose() {}

    /** Begins to close it. */
    public static void begin(AutoCloseable closed) {
        RUNNING.add(THREADS.submit(() -> {
            closed.close();
            return closed;
        }));
    }

    /** Waits until all that was begun is closed; fails if that did. */
    public static void finish() throws Exception {
        for (Future<?> next = RUNNING.poll(); next != null; next = RUNNING.poll()) {
            next.get();
        }
    }
}
