package dev.sluice.proxy.admin.live;

import dev.sluice.proxy.admin.http.ResponseStream;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ticks the view each second, on a thread of its own, and sends what it makes to those who listen. A listener that takes
 * nothing for a while is dropped. The view is kept up without listeners too: peers show what this sidecar reports.
 */
public final class LiveFeed implements AutoCloseable {
    /** So many may listen at a time. */
    static final int LISTENERS_MAX = 16;
    /** The history of a slow line takes some seconds. */
    private static final int UNSENT_MAX = 10;

    private static final Logger LOG = LoggerFactory.getLogger(LiveFeed.class);
    private static final long CLOSE_MILLIS_MAX = 1_000;

    private final LiveView view;
    private final LongSupplier nanoClock;
    private final LongSupplier wallMillis;
    /** Those that listen or are about to. */
    private final AtomicInteger listening = new AtomicInteger();
    /** How many events in a row each has unsent. */
    private final Map<ResponseStream, Integer> unsent = new ConcurrentHashMap<>();

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "live-view");
        made.setDaemon(true);
        return made;
    });

    /**
     * A feed that has not begun.
     *
     * @param nanoClock monotonic
     * @param wallMillis for people
     */
    public LiveFeed(LiveView view, LongSupplier nanoClock, LongSupplier wallMillis) {
        this.view = view;
        this.nanoClock = nanoClock;
        this.wallMillis = wallMillis;
    }

    /** Ticks from now on. */
    public void start() {
        thread.scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.SECONDS);
    }

    private void tick() {
        try {
            String event = view.tick(nanoClock.getAsLong(), wallMillis.getAsLong());
            send(event);
        } catch (RuntimeException | Error e) {
            // The next second is another one.
            LOG.error("the live view could not be made", e);
        }
    }

    void send(String event) {
        Iterator<Map.Entry<ResponseStream, Integer>> each = unsent.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<ResponseStream, Integer> listener = each.next();
            if (listener.getKey().write(event)) {
                listener.setValue(0);
            } else if (listener.setValue(listener.getValue() + 1) >= UNSENT_MAX) {
                each.remove();
                listener.getKey().abort();
            }
        }
    }

    /** Whether no more may listen. */
    boolean isFull() {
        return listening.get() >= LISTENERS_MAX;
    }

    /** Sends the history to a new listener, and the events of the next seconds. Never blocks. */
    void open(ResponseStream stream) {
        if (listening.incrementAndGet() > LISTENERS_MAX) {
            listening.decrementAndGet();
            stream.end();
            return;
        }
        stream.onClose(() -> {
            listening.decrementAndGet();
            execute(() -> leave(stream));
        });
        if (!execute(() -> begin(stream))) {
            stream.end();
        }
    }

    private void begin(ResponseStream stream) {
        try {
            if (stream.write(view.history())) {
                unsent.put(stream, 0);
                return;
            }
        } catch (RuntimeException | Error e) {
            LOG.error("the history could not be made", e);
        }
        stream.abort();
    }

    private void leave(ResponseStream stream) {
        unsent.remove(stream);
        if (unsent.isEmpty()) {
            view.forgetHistory();
        }
    }

    /** Returns false if the feed is closed. */
    private boolean execute(Runnable task) {
        try {
            thread.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    @Override
    public void close() throws InterruptedException {
        thread.shutdownNow();
        if (!thread.awaitTermination(CLOSE_MILLIS_MAX, TimeUnit.MILLISECONDS)) {
            LOG.warn("the live view did not end in time");
        }
    }
}
