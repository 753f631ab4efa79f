package dev.sluice.proxy.app.state;

import dev.sluice.limits.sharing.HistoryOrigin;
import dev.sluice.limits.usage.UsageHistories;
import dev.sluice.limits.usage.UsageRegistry;
import dev.sluice.proxy.admin.metrics.SluiceMetrics;
import dev.sluice.sync.history.SavedUsage;
import dev.sluice.sync.sessions.SessionBook;
import dev.sluice.sync.wire.ClusterName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what the limits have used, and the sessions of STS, in a state file: reads it before the first request and the first report, writes it while
 * the process runs, and once more at the end. A file that can't be read or written never stops anything: the log and a metric
 * show it.
 *
 * <p>It is written from a thread of its own, because a disk may hang. A second passes between two writes at least. It is
 * longer for a large file, so that a disk gets {@value #BYTES_PER_SECOND} bytes a second or so, and for very many limits.
 * Nothing is written while nothing is used and no session begins.
 */
public final class StateFilePart implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StateFilePart.class);

    private static final long WRITE_MILLIS_MIN = 1_000;
    private static final long WRITE_MILLIS_MAX = 10_000;
    private static final int BYTES_PER_SECOND = 100_000;
    /** The thread rests for so many times as long as it has worked. */
    private static final int IDLE_PARTS = 20;
    /** A file without changes is written so often all the same: what peers reported of the past is no change. */
    private static final long UNCHANGED_NANOS = 60_000_000_000L;

    private static final long CLOSE_MILLIS_MAX = 3_000;
    /** A write that takes longer is one that fails: the disk hangs. */
    private static final long HANGING_NANOS = 10_000_000_000L;

    private static final long IDLE = Long.MIN_VALUE;

    private final StateFile file;
    private final long clusterHash;
    private final UsageRegistry registry;
    private final SessionBook sessions;
    private final Thread thread = new Thread(this::run, "state-file");
    private boolean isClosing;

    // Belong to the thread, and are shown.
    private final AtomicLong writes = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private volatile boolean isFailing;
    /** When the write that is under way began; {@link #IDLE}: none is. */
    private volatile long beganNanos = IDLE;

    private volatile long fileBytes;
    private long chargedWritten = -1;
    private long sessionsWritten;
    private long writtenNanos;
    private long workMillis;

    private final boolean isIgnored;
    private final int restored;

    private StateFilePart(Path path, String cluster, UsageRegistry registry, SessionBook sessions) {
        this.file = new StateFile(path);
        this.clusterHash = ClusterName.hash(cluster);
        this.registry = registry;
        this.sessions = sessions;
        this.writtenNanos = System.nanoTime();
        SavedUsage.Reading reading = load();
        this.isIgnored = reading instanceof SavedUsage.Ignored;
        this.restored = reading instanceof SavedUsage.Restored good ? good.limits() : 0;
        thread.setDaemon(true);
    }

    /** As the next one, where no sessions are known. */
    public static Optional<StateFilePart> start(Optional<Path> path, String cluster, UsageRegistry registry) {
        return start(path, cluster, registry, SessionBook.NONE);
    }

    /**
     * Restores what the file has, and begins to write it.
     *
     * @param path empty: no state is kept
     * @param cluster {@code sync.cluster}: the file of another one is ignored
     */
    public static Optional<StateFilePart> start(
            Optional<Path> path, String cluster, UsageRegistry registry, SessionBook sessions) {
        Optional<StateFilePart> part = path.map(file -> new StateFilePart(file, cluster, registry, sessions));
        part.ifPresent(started -> started.thread.start());
        return part;
    }

    private SavedUsage.Reading load() {
        SavedUsage.Reading reading;
        try {
            Optional<byte[]> bytes = file.read(SavedUsage.BYTES_MAX);
            if (bytes.isEmpty()) {
                LOG.info("there is no state file {} yet", file.path());
                return new SavedUsage.Restored(0, 0, false);
            }
            reading = SavedUsage.read(
                    bytes.get(), registry, sessions, clusterHash, System.nanoTime(), System.currentTimeMillis());
        } catch (IOException | RuntimeException e) {
            reading = new SavedUsage.Ignored(e.toString());
        }
        if (reading instanceof SavedUsage.Ignored ignored) {
            LOG.warn(
                    "the state file {} is ignored: {}; what was used before is known from live peers alone",
                    file.path(),
                    ignored.reason());
        } else if (reading instanceof SavedUsage.Restored good) {
            LOG.info(
                    "state file {}: {} limits go on as they were {} s ago",
                    file.path(),
                    good.limits(),
                    good.ageMillis() / 1_000);
            if (good.isFromFuture()) {
                LOG.warn(
                        "the state file {} was written later than now, so the wall clock went back: its use counts as of"
                                + " now",
                        file.path());
            }
        }
        return reading;
    }

    private void run() {
        while (awaitNextWrite()) {
            long beginNanos = System.nanoTime();
            write(false);
            workMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beginNanos);
        }
        write(true);
    }

    /** Returns false at the end. */
    private synchronized boolean awaitNextWrite() {
        long wantedMillis = Math.max(fileBytes * 1_000 / BYTES_PER_SECOND, workMillis * IDLE_PARTS);
        long millis = Math.min(Math.max(wantedMillis, WRITE_MILLIS_MIN), WRITE_MILLIS_MAX);
        long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        try {
            for (long left = millis;
                    !isClosing && left > 0;
                    left = TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime())) {
                wait(left);
            }
        } catch (InterruptedException e) {
            return false;
        }
        return !isClosing;
    }

    /** Whatever goes wrong is counted, and tried again at the next time. */
    private void write(boolean isLast) {
        try {
            long nowNanos = System.nanoTime();
            beganNanos = nowNanos;
            UsageHistories histories = registry.histories(HistoryOrigin.STATE_FILE, nowNanos);
            long charged = histories.charged();
            long added = sessions.added();
            boolean isOld = nowNanos - writtenNanos >= UNCHANGED_NANOS;
            boolean isSame = charged == chargedWritten && added == sessionsWritten;
            if (isSame && !isOld && !isFailing && !isLast) {
                return;
            }
            byte[] bytes = SavedUsage.write(histories, sessions, clusterHash, nowNanos, System.currentTimeMillis());
            file.write(bytes);
            chargedWritten = charged;
            sessionsWritten = added;
            writtenNanos = nowNanos;
            fileBytes = bytes.length;
            writes.incrementAndGet();
            if (isFailing) {
                isFailing = false;
                LOG.info("the state file {} can be written again", file.path());
            }
        } catch (IOException | RuntimeException | Error e) {
            // not even an error may end the thread: nothing would be written any more
            failures.incrementAndGet();
            if (!isFailing) {
                isFailing = true;
                LOG.warn("the state file {} can't be written: {}", file.path(), e.toString());
            }
        } finally {
            beganNanos = IDLE;
        }
    }

    private boolean isHanging() {
        long began = beganNanos;
        return began != IDLE && System.nanoTime() - began > HANGING_NANOS;
    }

    /** Registers its metrics. */
    public void bind(SluiceMetrics to) {
        to.counter("sluice.state.file.writes", "Times that the state file was written", this, p -> p.writes.get());
        to.counter(
                "sluice.state.file.write.failures",
                "Times that the state file could not be written",
                this,
                p -> p.failures.get());
        to.gauge("sluice.state.file.bytes", "Size of the state file", this, p -> p.fileBytes);
        to.gauge(
                "sluice.state.file.failing",
                "1 while the state file can't be written",
                this,
                p -> p.isFailing || p.isHanging() ? 1 : 0);
        to.gauge(
                "sluice.state.file.ignored",
                "1 if there was a state file at the start that could not be used",
                this,
                p -> p.isIgnored ? 1 : 0);
        to.gauge(
                "sluice.state.file.restored",
                "Limits that got their past from the state file at the start",
                this,
                p -> p.restored);
    }

    /** Writes a last time; takes 3 s at most. */
    @Override
    public void close() {
        synchronized (this) {
            isClosing = true;
            notifyAll();
        }
        try {
            thread.join(CLOSE_MILLIS_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            LOG.warn("the state file {} was not written in time", file.path());
        }
    }
}
