package dev.sluice.proxy.quota.http;

import dev.sluice.proxy.quota.http.QuotaReply.Later;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A thread for responses that take longer than an event loop may be held: metrics, lists, a file that is written. What waits
 * for it is bounded. Thread-safe.
 */
public final class QuotaWorker implements AutoCloseable {
    private static final int WAITING_MAX = 64;

    private final ThreadPoolExecutor thread =
            new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING_MAX), task -> {
                Thread worker = new Thread(task, "quota-worker");
                worker.setDaemon(true);
                return worker;
            });

    /** Has a response made on the thread; at once a 503 where too many wait. */
    public QuotaReply respond(Supplier<QuotaResponse> response) {
        try {
            return new Later(CompletableFuture.supplyAsync(response, thread));
        } catch (RejectedExecutionException e) {
            return QuotaErrors.unavailable("too many requests are waiting");
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
