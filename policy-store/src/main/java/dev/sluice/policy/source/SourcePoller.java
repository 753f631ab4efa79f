package dev.sluice.policy.source;

import java.util.Optional;

/**
 * Feeds a {@link Reloadable} from a source that is polled at an interval, on a thread of its own. Each content is
 * parsed once, waits until it has {@linkplain SettlingTime settled}, and is handed over once.
 *
 * <p>All state belongs to the polling thread, which also calls the listeners of the {@code Reloadable}.
 */
public final class SourcePoller<T> implements AutoCloseable {
    private final ReloadSource<T> source;
    private final SettlingTime settling;
    private final Reloadable<T> target;
    private final PollingThread thread;
    private Optional<Object> fingerprint = Optional.empty();
    private long seenSinceWallMillis;
    private Optional<Long> badSinceWallMillis = Optional.empty();
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
        this.source = source;
        this.settling = settling;
        this.target = target;
        this.thread = new PollingThread(threadName, intervalMillis, this::poll);
    }

    /** Begins to poll, at once and then at the interval. */
    public void start() {
        thread.start();
    }

    /** Stops polling; a poll that is under way is not interrupted. */
    @Override
    public void close() {
        thread.close();
    }

    /**
     * Polls once. The polling thread calls it; a test may, with a clock of its own, where that thread isn't started.
     */
    public void poll(long nowWallMillis) {
        source.poll(nowWallMillis)
                .filter(version -> !Optional.of(version.fingerprint()).equals(fingerprint))
                .ifPresent(version -> read(version, nowWallMillis));
        // a clock that was set back must not put settling off by as much
        seenSinceWallMillis = Math.min(seenSinceWallMillis, nowWallMillis);
        Optional<SourceReading<T>> settled = pending.filter(reading -> isSettled(reading, nowWallMillis));
        if (settled.isPresent()) {
            // before the listeners: one that fails doesn't get the same content again
            pending = Optional.empty();
            target.update(settled.get(), badSinceWallMillis.orElse(nowWallMillis));
        }
    }

    private void read(SourceVersion<T> version, long nowWallMillis) {
        fingerprint = Optional.of(version.fingerprint());
        seenSinceWallMillis = nowWallMillis;
        SourceReading<T> reading = version.read(target.value(), nowWallMillis);
        badSinceWallMillis = reading.isBad() ? Optional.of(badSinceWallMillis.orElse(nowWallMillis)) : Optional.empty();
        pending = Optional.of(reading);
    }

    private boolean isSettled(SourceReading<T> reading, long nowWallMillis) {
        long seenMillis = nowWallMillis - seenSinceWallMillis;
        if (!reading.isBad()) {
            return seenMillis >= settling.goodMillis();
        }
        long badMillis = nowWallMillis - badSinceWallMillis.orElse(nowWallMillis);
        return seenMillis >= settling.badMillis() || badMillis >= settling.patienceMillis();
    }
}
