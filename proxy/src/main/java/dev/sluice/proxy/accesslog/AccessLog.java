package dev.sluice.proxy.accesslog;

import dev.sluice.policy.settings.AccessLogSettings;
import dev.sluice.policy.settings.Settings;
import dev.sluice.proxy.admin.metrics.SluiceMetrics;
import dev.sluice.proxy.course.CourseListener;
import dev.sluice.proxy.course.RequestCourse;
import java.io.IOException;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The access log of a process: event loops put entries into rings, and one thread writes them. Requests never wait for it.
 *
 * <p>Bounds: {@value #RING_ENTRIES} entries for each event loop, and a 24th of the heap for all of them. The thread sleeps
 * {@value #SLEEP_MILLIS} ms when it found nothing.
 */
public final class AccessLog implements CourseListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);

    static final int RING_ENTRIES = 2048;
    static final int SLEEP_MILLIS = 20;
    /** All rings together take a part of the heap, however long clients make their lines. */
    private static final int HEAP_PARTS = 24;

    private static final long RING_BYTES_MAX = Math.max(
            256 * 1024,
            Runtime.getRuntime().maxMemory() / HEAP_PARTS / Runtime.getRuntime().availableProcessors());
    private static final int BATCH_BYTES = 64 * 1024;
    private static final long NANOS_PER_MICRO = 1_000;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long CLOSE_MILLIS_MAX = 2_000;
    private static final long REPORT_NANOS = 10_000_000_000L;
    /** After a failure the file is tried again so often. */
    private static final long RETRY_NANOS = 1_000_000_000L;

    private final AccessLogSettings settings;
    private final LongSupplier nanoClock;
    private final LongSupplier wallMillis;
    private final List<EntryRing> rings = new CopyOnWriteArrayList<>();
    private final AccessLogCounters counters = new AccessLogCounters();
    private final Thread thread = new Thread(this::run, "access-log");
    private volatile boolean isClosing;

    // Belong to the thread.
    private final EntryFormat format;
    private final LogFile file;
    private final LineBuilder lines = new LineBuilder();
    private long pending;
    private boolean isFailing;
    private long failedNanos;
    private long droppedBefore;
    private long droppedReported;
    private long reportedNanos;

    private AccessLog(AccessLogSettings settings, String node, LongSupplier nanoClock, LongSupplier wallMillis) {
        this.settings = settings;
        this.nanoClock = nanoClock;
        this.wallMillis = wallMillis;
        this.format = switch (settings.format()) {
            case JSON -> new JsonFormat(node, ZoneId.systemDefault());
            case S3 -> new S3Format();
        };
        this.file = new LogFile(settings.file(), settings.maxBytes(), settings.keep());
        this.reportedNanos = nanoClock.getAsLong();
        thread.setDaemon(true);
    }

    /**
     * Begins to write; empty: there is no access log.
     *
     * @param nanoClock the clock of the event loops
     * @param wallMillis since 1970
     */
    public static Optional<AccessLog> start(Settings settings, LongSupplier nanoClock, LongSupplier wallMillis) {
        return settings.accessLog().map(on -> start(on, settings.nodeId(), nanoClock, wallMillis));
    }

    static AccessLog start(AccessLogSettings settings, String node, LongSupplier nanoClock, LongSupplier wallMillis) {
        AccessLog log = new AccessLog(settings, node, nanoClock, wallMillis);
        log.thread.start();
        return log;
    }

    /** What became of the entries. */
    AccessLogCounters counters() {
        return counters;
    }

    /** One for each event loop. */
    List<EntryRing> rings() {
        return rings;
    }

    /** Registers what became of the entries. */
    public void bind(SluiceMetrics metrics) {
        String name = "sluice.access.log.entries";
        String help = "Entries of the access log: written, or dropped because the queue was full or the file failed";
        metrics.counter(name, help, "result", "written", counters, c -> c.written.sum());
        metrics.counter(name, help, "result", "dropped-queue", counters, c -> c.droppedByQueue.sum());
        metrics.counter(name, help, "result", "dropped-file", counters, c -> c.droppedByFile.sum());
    }

    @Override
    public CourseListener forEventLoop() {
        EntryRing ring = new EntryRing(RING_ENTRIES, RING_BYTES_MAX, counters.droppedByQueue);
        rings.add(ring);
        return new EntryCollector(ring, settings.sample());
    }

    /** Not called: each event loop has its own. */
    @Override
    public void onEnd(RequestCourse course) {
        throw new IllegalStateException("an access log is used through forEventLoop()");
    }

    private void run() {
        while (true) {
            boolean isLast = isClosing;
            boolean isBusy = false;
            try {
                isBusy = drain();
            } catch (RuntimeException | Error e) {
                // What is wrong with one entry, or with memory, must not end the log.
                LOG.error("entries of the access log were lost", e);
                counters.droppedByFile.add(Math.max(1, pending));
                pending = 0;
                lines.clear();
            }
            if (isLast && !isBusy) {
                reportDropped();
                file.close();
                return;
            }
            if (!isBusy) {
                LockSupport.parkNanos(SLEEP_MILLIS * NANOS_PER_MILLI);
            }
        }
    }

    /** Writes what is there; returns whether it was much. */
    private boolean drain() {
        long nanos = nanoClock.getAsLong();
        long wallMicros = wallMillis.getAsLong() * 1_000;
        for (EntryRing ring : rings) {
            AccessEntry entry = ring.poll();
            while (entry != null && lines.length() < BATCH_BYTES) {
                append(entry, wallMicros - (nanos - entry.beginNanos()) / NANOS_PER_MICRO);
                entry = ring.poll();
            }
            if (entry != null) {
                append(entry, wallMicros - (nanos - entry.beginNanos()) / NANOS_PER_MICRO);
            }
        }
        boolean isMuch = lines.length() >= BATCH_BYTES;
        if (pending > 0) {
            write(nanos);
        }
        if (nanos - reportedNanos >= REPORT_NANOS) {
            reportedNanos = nanos;
            reportDropped();
        }
        return isMuch;
    }

    private void reportDropped() {
        long dropped = counters.droppedByQueue.sum();
        if (dropped > droppedReported) {
            LOG.warn(
                    "{} entries of the access log were dropped: they came faster than they could be written",
                    dropped - droppedReported);
            droppedReported = dropped;
        }
    }

    private void append(AccessEntry entry, long wallMicros) {
        pending++;
        format.append(entry, wallMicros, lines);
    }

    private void write(long nowNanos) {
        long entries = pending;
        pending = 0;
        try {
            if (isFailing && nowNanos - failedNanos < RETRY_NANOS) {
                counters.droppedByFile.add(entries);
            } else {
                file.write(lines.buffer(), nowNanos);
                counters.written.add(entries);
                if (isFailing) {
                    isFailing = false;
                    LOG.info(
                            "the access log {} is written again; {} entries were dropped",
                            settings.file(),
                            counters.droppedByFile.sum() - droppedBefore);
                }
            }
        } catch (IOException | RuntimeException e) {
            if (!isFailing) {
                droppedBefore = counters.droppedByFile.sum();
                LOG.error(
                        "the access log {} can't be written: {}. Requests go on, and entries are dropped until it can",
                        settings.file(),
                        reason(e));
            }
            counters.droppedByFile.add(entries);
            isFailing = true;
            failedNanos = nowNanos;
        } finally {
            lines.clear();
        }
    }

    private static @Nullable String reason(Exception e) {
        return e instanceof IOException ? e.getClass().getSimpleName() + ": " + e.getMessage() : e.toString();
    }

    /** Writes what is there, and ends. A disk that hangs isn't waited for. */
    @Override
    public void close() throws InterruptedException {
        isClosing = true;
        LockSupport.unpark(thread);
        thread.join(CLOSE_MILLIS_MAX);
    }
}
