package dev.sluice.policy.source;

import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices a watcher that doesn't come back from a poll, because a disk or a network file system hangs: no change of its
 * source is seen meanwhile, which is reported like a source that can't be used. Thread-safe.
 */
final class WatcherCheck implements AutoCloseable {
    /** How long a poll may take. A large file is read within a second. */
    static final long STUCK_MILLIS = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(WatcherCheck.class);
    private static final long INTERVAL_SECONDS = 2;

    private final String name;
    private final LongSupplier busyMillis;
    private boolean wasStuck;
    private Optional<ScheduledFuture<?>> schedule = Optional.empty();

    /** One thread for all watchers of the process; a check takes no time. */
    private static final class Checks {
        private static final ScheduledExecutorService EXECUTOR = Executors.newSingleThreadScheduledExecutor(run -> {
            Thread thread = new Thread(run, "watcher-check");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Checks nothing yet.
     *
     * @param name of the watcher, for the log
     * @param busyMillis how long its poll that is under way has taken; 0: none is
     */
    WatcherCheck(String name, LongSupplier busyMillis) {
        this.name = name;
        this.busyMillis = busyMillis;
    }

    /** Begins to log when the watcher is stuck, and when it goes on. */
    synchronized void start() {
        schedule = Optional.of(Checks.EXECUTOR.scheduleWithFixedDelay(
                this::report, INTERVAL_SECONDS, INTERVAL_SECONDS, TimeUnit.SECONDS));
    }

    @Override
    public synchronized void close() {
        schedule.ifPresent(task -> task.cancel(false));
    }

    /** Since when the watcher is stuck; empty: it isn't. */
    Optional<Staleness> staleness(long nowWallMillis) {
        long busy = busyMillis.getAsLong();
        return busy < STUCK_MILLIS
                ? Optional.empty()
                : Optional.of(new Staleness(
                        nowWallMillis - busy,
                        "the " + name + " has not come back from its files for " + busy / 1_000
                                + " s, no change is seen; check the disk that holds them, and the load of this"
                                + " machine"));
    }

    /** Logs once that the watcher is stuck, and once that it goes on. */
    synchronized void report() {
        Optional<Staleness> stuck = staleness(System.currentTimeMillis());
        if (stuck.isPresent() && !wasStuck) {
            LOG.error("{}", stuck.get().firstProblem());
        } else if (stuck.isEmpty() && wasStuck) {
            LOG.info("the {} goes on", name);
        }
        wasStuck = stuck.isPresent();
    }
}
