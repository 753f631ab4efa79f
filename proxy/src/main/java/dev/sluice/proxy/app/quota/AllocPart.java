package dev.sluice.proxy.app.quota;

import dev.sluice.policy.settings.Settings;
import dev.sluice.proxy.quota.definitions.AllocDefiner;
import dev.sluice.quota.alloc.AllocBounds;
import dev.sluice.quota.journal.AllocStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The store of allocations, and what brings definitions into it. */
final class AllocPart implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AllocPart.class);
    /** A log file; after eight of them a snapshot is written. */
    private static final long SEGMENT_BYTES = 4 << 20;
    /** About what an idempotency key takes, with the result of its call. */
    private static final int KEY_BYTES = 350;
    /** Idempotency keys may take one part of the heap in so many. */
    private static final int HEAP_PARTS = 4;

    private static final int SETTLE_SECONDS = 1;
    private static final long CLOSE_MILLIS_MAX = 2_000;

    private final AllocStore store;
    private final AllocDefiner definer;
    /** Of its own: a disk that hangs holds up nothing else. */
    private final ScheduledExecutorService settling = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "quota-definitions");
        thread.setDaemon(true);
        return thread;
    });

    private AllocPart(AllocStore store) {
        this.store = store;
        this.definer = new AllocDefiner(store);
    }

    /**
     * Opens the store, with what was allocated before.
     *
     * @throws IOException if its directory is damaged, in use or can't be written
     */
    static AllocPart start(Settings.Alloc settings) throws IOException {
        AllocBounds bounds = new AllocBounds(keysMax(settings), settings.keep().toMillis());
        LongSupplier clock = wallClock();
        if (settings.directory().isEmpty()) {
            return new AllocPart(AllocStore.inMemory(bounds, clock));
        }
        Path directory = settings.directory().get();
        AllocStore store = AllocStore.local(directory, SEGMENT_BYTES, bounds, clock);
        LOG.info("allocations are kept in {}: {} quotas", directory, store.size());
        return new AllocPart(store);
    }

    private static int keysMax(Settings.Alloc settings) {
        long fit = Runtime.getRuntime().maxMemory() / HEAP_PARTS / KEY_BYTES;
        if (settings.keysMax() > fit) {
            LOG.info(
                    "{} idempotency keys are remembered at most, as this heap allows; quota.alloc.idempotency.most is {}",
                    fit,
                    settings.keysMax());
        }
        return (int) Math.min(settings.keysMax(), fit);
    }

    /** Milliseconds since 1970 that don't follow a clock that is set. */
    private static LongSupplier wallClock() {
        long offsetMillis = System.currentTimeMillis() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
        return () -> offsetMillis + TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    AllocStore store() {
        return store;
    }

    AllocDefiner definer() {
        return definer;
    }

    /** Begins to try again what could not be done, and to remove quotas that have closed. */
    void follow() {
        settling.scheduleWithFixedDelay(this::settle, SETTLE_SECONDS, SETTLE_SECONDS, TimeUnit.SECONDS);
    }

    private void settle() {
        try {
            definer.settle();
        } catch (RuntimeException | Error e) {
            // an exception would end the schedule
            LOG.error("definitions of quotas could not be brought into the store; it is tried again", e);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        settling.shutdown();
        settling.awaitTermination(CLOSE_MILLIS_MAX, TimeUnit.MILLISECONDS);
        store.close();
    }
}
