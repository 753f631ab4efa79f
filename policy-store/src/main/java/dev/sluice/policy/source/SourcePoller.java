package dev.sluice.policy.source;

import dev.sluice.policy.hocon.ConfigProblem;
import dev.sluice.policy.hocon.ConfigProblem.Severity;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds a {@link Reloadable} from a source that is polled at an interval, on a thread of its own. Each content
 * that has {@linkplain SettlingTime settled} is parsed once and handed over once, but for one that may be good later.
 *
 * <p>Other code may update the same {@code Reloadable}, such as that which writes the file. What was polled before such an
 * update may be older than it: it is dropped, and the source polled anew.
 *
 * <p>All state belongs to the polling thread, which also calls the listeners of the {@code Reloadable}.
 */
public final class SourcePoller<T> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SourcePoller.class);
    /** After that time a content that {@linkplain SourceReading#mayPass may be good later} is read again. */
    private static final long RETRY_MILLIS = 15_000;

    private final String name;
    private final ReloadSource<T> source;
    private final SettlingTime settling;
    private final Reloadable<T> target;
    private final PollingThread thread;
    private final WatcherCheck check;
    private Optional<Object> fingerprint = Optional.empty();
    /** The target's count before the content was polled. */
    private long updatesSeen;

    private long seenSinceWallMillis;
    /** Since when no content was handed over, though there were others. */
    private long unsettledSinceWallMillis;

    private boolean looksCut;
    /** Seen, but not parsed yet. */
    private Optional<SourceVersion<T>> unread = Optional.empty();

    private Optional<Long> badSinceWallMillis = Optional.empty();
    /** When a content that may be good later was handed over last. */
    private Optional<Long> retrySinceWallMillis = Optional.empty();
    /** Not handed over yet. */
    private Optional<SourceReading<T>> pending = Optional.empty();

    /**
     * Polls nothing yet.
     *
     * @param threadName also names the source in the log
     */
    public SourcePoller(
            String threadName,
            long intervalMillis,
            SettlingTime settling,
            ReloadSource<T> source,
            Reloadable<T> target) {
        this.name = threadName;
        this.source = source;
        this.settling = settling;
        this.target = target;
        this.thread = new PollingThread(threadName, intervalMillis, this::poll);
        this.check = new WatcherCheck(threadName, () -> thread.busyMillis(System.nanoTime()));
    }

    /**
     * What the target has was made of the content with that fingerprint, which is not read again. To be called before {@link
     * #start}.
     */
    public void startFrom(String seen) {
        fingerprint = Optional.of(seen);
    }

    /** Begins to poll, at once and then at the interval. */
    public void start() {
        target.watchedBy(check);
        thread.start();
        check.start();
    }

    /** Stops polling; a poll that is under way is not interrupted. */
    @Override
    public void close() {
        thread.close();
        check.close();
    }

    /**
     * Polls once. The polling thread calls it; a test may, with a clock of its own, where that thread isn't started.
     */
    public void poll(long nowWallMillis) {
        retryIfDue(nowWallMillis);
        long updatesBefore = target.updates();
        pollSafely(nowWallMillis)
                .filter(version -> !Optional.of(version.fingerprint()).equals(fingerprint))
                .ifPresent(version -> see(version, updatesBefore, nowWallMillis));
        // a clock that was set back must not put settling off by as much
        seenSinceWallMillis = Math.min(seenSinceWallMillis, nowWallMillis);
        unsettledSinceWallMillis = Math.min(unsettledSinceWallMillis, nowWallMillis);
        boolean isDue = nowWallMillis - seenSinceWallMillis >= settling.soonestMillis()
                || nowWallMillis - unsettledSinceWallMillis >= settling.patienceMillis();
        if (unread.isPresent() && isDue) {
            read(unread.get(), nowWallMillis);
        }
        Optional<SourceReading<T>> settled = pending.filter(reading -> isSettled(reading, nowWallMillis));
        if (settled.isPresent()) {
            handOver(settled.get(), nowWallMillis);
        } else if (pending.isPresent() && isRestless(nowWallMillis)) {
            long sinceWallMillis = unsettledSinceWallMillis;
            unsettledSinceWallMillis = nowWallMillis;
            update(restless(), sinceWallMillis);
        }
    }

    private void handOver(SourceReading<T> settled, long nowWallMillis) {
        pending = Optional.empty();
        // before the listeners: what one of them fails to use is tried again, but not at the next poll
        retrySinceWallMillis = Optional.of(nowWallMillis);
        boolean isTaken = update(settled, badSinceWallMillis.orElse(nowWallMillis));
        if (!isTaken || !settled.mayPass()) {
            retrySinceWallMillis = Optional.empty();
        }
    }

    private boolean update(SourceReading<T> reading, long sinceWallMillis) {
        boolean isTaken = target.updateIfLast(updatesSeen, reading, sinceWallMillis);
        if (isTaken) {
            updatesSeen++;
        } else {
            pending = Optional.empty();
            fingerprint = Optional.empty();
        }
        return isTaken;
    }

    private boolean isRestless(long nowWallMillis) {
        return nowWallMillis - unsettledSinceWallMillis >= settling.patienceMillis();
    }

    /** Good contents, none of which stays: no change would ever count, and nobody would know. */
    private SourceReading<T> restless() {
        return new SourceReading<>(
                Optional.empty(),
                List.of(ConfigProblem.ofSetting(
                        Severity.ERROR,
                        "",
                        "the " + name + " finds another content each time, and none that stays for "
                                + settling.goodMillis() + " ms",
                        "change it less often, or write another file and rename it")));
    }

    /** A source that can't be polled is bad, which is seen in more places than the log. */
    private Optional<SourceVersion<T>> pollSafely(long nowWallMillis) {
        try {
            return source.poll(nowWallMillis);
        } catch (RuntimeException | StackOverflowError e) {
            SourceVersion<T> failure = new FailedPoll<>(e.getClass().getSimpleName());
            if (!Optional.of(failure.fingerprint()).equals(fingerprint)) {
                LOG.error("the {} can't poll its source", name, e);
            }
            return Optional.of(failure);
        }
    }

    /** What stands for the content of a source that could not be polled. */
    private record FailedPoll<T>(String error) implements SourceVersion<T> {
        @Override
        public Object fingerprint() {
            return this;
        }

        @Override
        public Optional<SourceReading<T>> read(T inUse, long nowWallMillis) {
            return Optional.of(failed(error));
        }
    }

    private static <T> SourceReading<T> failed(String error) {
        return new SourceReading<>(
                Optional.empty(),
                List.of(ConfigProblem.ofSetting(
                        Severity.ERROR,
                        "",
                        "reading it failed: " + error,
                        "see the log; change the file to try again")));
    }

    /** Forgets what was seen, so that the next look finds it anew. */
    private void retryIfDue(long nowWallMillis) {
        retrySinceWallMillis = retrySinceWallMillis.map(since -> Math.min(since, nowWallMillis));
        if (retrySinceWallMillis.isPresent() && nowWallMillis - retrySinceWallMillis.get() >= RETRY_MILLIS) {
            retrySinceWallMillis = Optional.empty();
            fingerprint = Optional.empty();
        }
    }

    private void see(SourceVersion<T> version, long updatesBefore, long nowWallMillis) {
        updatesSeen = updatesBefore;
        retrySinceWallMillis = Optional.empty();
        if (unread.isEmpty() && pending.isEmpty()) {
            unsettledSinceWallMillis = nowWallMillis;
        }
        fingerprint = Optional.of(version.fingerprint());
        seenSinceWallMillis = nowWallMillis;
        looksCut = version.looksCut();
        unread = Optional.of(version);
        pending = Optional.empty();
    }

    private void read(SourceVersion<T> version, long nowWallMillis) {
        unread = Optional.empty();
        Optional<SourceReading<T>> reading = readSafely(version, nowWallMillis);
        if (reading.isEmpty()) {
            fingerprint = Optional.empty();
            return;
        }
        badSinceWallMillis =
                reading.get().isBad() ? Optional.of(badSinceWallMillis.orElse(seenSinceWallMillis)) : Optional.empty();
        pending = reading;
    }

    /** A failure of the reader itself makes the source bad, which is seen, and not the thread end. */
    private Optional<SourceReading<T>> readSafely(SourceVersion<T> version, long nowWallMillis) {
        try {
            return version.read(target.value(), nowWallMillis);
        } catch (RuntimeException | StackOverflowError e) {
            LOG.error("the source can't be read", e);
            return Optional.of(failed(e.getClass().getSimpleName()));
        }
    }

    private boolean isSettled(SourceReading<T> reading, long nowWallMillis) {
        long seenMillis = nowWallMillis - seenSinceWallMillis;
        if (!reading.isBad()) {
            return seenMillis >= (looksCut ? settling.cutMillis() : settling.goodMillis());
        }
        long since = Math.min(badSinceWallMillis.orElse(nowWallMillis), unsettledSinceWallMillis);
        return seenMillis >= settling.badMillis() || nowWallMillis - since >= settling.patienceMillis();
    }
}
