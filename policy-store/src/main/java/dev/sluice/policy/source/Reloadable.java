package dev.sluice.policy.source;

import dev.sluice.policy.hocon.ConfigProblem;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

/**
 * A value that comes from a source which may change while the process runs: limits from a file, a certificate, keys.
 * Holds the last good value. A source that turns bad changes nothing but {@link #staleness}.
 *
 * <p>The kind of source doesn't matter: the code that reads it calls {@link #update}. {@link SourcePoller} does so for
 * sources that are polled, such as files.
 *
 * <p>Thread-safe. Readers never wait. Updates come one at a time; listeners are called on the thread of the update, in
 * the order in which they were added, and before the counters change. Time is an argument.
 *
 * @param <T> immutable, and equal to another value if it means the same
 */
public final class Reloadable<T> {
    private final List<ReloadListener<T>> listeners = new CopyOnWriteArrayList<>();
    private final LongAdder loads = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private volatile T value;
    private volatile long updates;
    private volatile long loadedWallMillis;
    private volatile Optional<Staleness> staleness = Optional.empty();
    private volatile Optional<WatcherCheck> watcher = Optional.empty();

    /** Starts with a good value, which is not reported to listeners. */
    public Reloadable(T first) {
        value = first;
    }

    /** The last good value. */
    public T value() {
        return value;
    }

    /** Since when the source is bad, or isn't seen at all, and why; empty: it is good. */
    public Optional<Staleness> staleness() {
        Optional<Staleness> stuck = watcher.flatMap(check -> check.staleness(System.currentTimeMillis()));
        return stuck.isPresent() ? stuck : staleness;
    }

    /** What knows whether the code that calls {@link #update} is stuck. */
    void watchedBy(WatcherCheck check) {
        watcher = Optional.of(check);
    }

    /** How many updates brought a value into use: another one, or any after a failure. */
    public long loads() {
        return loads.sum();
    }

    /** When an update last brought a value into use; 0: the first one is in use. */
    public long loadedWallMillis() {
        return loadedWallMillis;
    }

    /** How many updates reported a source that can't be used. */
    public long failures() {
        return failures.sum();
    }

    /** How many updates there were; a change says that another one has come. */
    long updates() {
        return updates;
    }

    /** Adds a listener to the end of the list. It receives later updates only. */
    public void addListener(ReloadListener<T> listener) {
        listeners.add(listener);
    }

    /**
     * Takes a reading of the source. The caller makes sure that the same bad content comes once.
     *
     * @param nowWallMillis when the source was seen to hold this; the start of staleness if it is bad and was good
     *     before
     */
    public synchronized void update(SourceReading<T> reading, long nowWallMillis) {
        updates++;
        boolean isRepaired = staleness.isPresent() && !reading.isBad();
        if (reading.value().isPresent()) {
            T next = reading.value().get();
            if (isRepaired || !next.equals(value)) {
                load(next, reading.problems(), nowWallMillis);
            } else {
                // it means the same; what equality leaves aside, such as line numbers, may be newer
                value = next;
            }
        }
        if (reading.isBad()) {
            long since = staleness.map(Staleness::sinceWallMillis).orElse(nowWallMillis);
            reject(new Staleness(since, reading.firstProblem()), reading.problems());
        } else {
            staleness = Optional.empty();
        }
    }

    /**
     * Takes a reading of a content that was seen before; nothing, if another update has come since: that one is newer.
     *
     * @param updatesSeen {@link #updates} before the source was looked at
     * @return whether the reading was taken
     */
    synchronized boolean updateIfLast(long updatesSeen, SourceReading<T> reading, long nowWallMillis) {
        if (updates != updatesSeen) {
            return false;
        }
        update(reading, nowWallMillis);
        return true;
    }

    private void load(T next, List<ConfigProblem> problems, long nowWallMillis) {
        value = next;
        loadedWallMillis = nowWallMillis;
        try {
            listeners.forEach(listener -> listener.onLoaded(next, problems));
        } catch (RuntimeException | Error e) {
            staleness = Optional.of(new Staleness(
                    nowWallMillis,
                    "it is good, and using it failed: " + e.getClass().getSimpleName() + "; see the log"));
            throw e;
        } finally {
            loads.increment();
        }
    }

    private void reject(Staleness next, List<ConfigProblem> problems) {
        try {
            listeners.forEach(listener -> listener.onRejected(next, problems));
        } finally {
            staleness = Optional.of(next);
            failures.increment();
        }
    }
}
