package dev.sluice.proxy.app.heap;

import dev.sluice.proxy.admin.metrics.SluiceMetrics;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a note of what is in the heap, and warns before it is full.
 *
 * <p>When the heap is full the JVM ends the process at once, with exit code 3, and runs no more Java. But it runs the command
 * of {@code -XX:OnOutOfMemoryError} first. That command prints the note, a file of one line that this class keeps up to
 * date: {@code cat /tmp/sluice-heap-PID}. A thread of its own writes it, because a disk may hang; what it needs is allocated
 * at the start.
 */
public final class HeapWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HeapWatch.class);

    private static final long INTERVAL_MILLIS = 1_000;
    private static final long WARN_NANOS = TimeUnit.MINUTES.toNanos(1);
    /** What a collection leaves in the heap, as a part of it, from which on there is a warning. */
    private static final double NEARLY_FULL = 0.9;

    private static final long MIB = 1 << 20;

    private final HeapNote note;
    private final Path file;
    private final long heapBytes;
    private final LongSupplier liveBytes;
    private final Thread thread = new Thread(this::run, "heap-watch");
    private final CountDownLatch closing = new CountDownLatch(1);
    private Optional<FileChannel> channel = Optional.empty();
    private long warnedNanos;
    private boolean hasWarned;

    HeapWatch(List<HeapTable> tables, Path file, long heapBytes, LongSupplier liveBytes) {
        this.note = new HeapNote(tables, heapBytes);
        this.file = file;
        this.heapBytes = heapBytes;
        this.liveBytes = liveBytes;
        thread.setDaemon(true);
    }

    /** Watches the heap of this process. */
    public static HeapWatch start(List<HeapTable> tables, SluiceMetrics metrics) {
        tables.forEach(table -> metrics.gauge(
                "sluice.heap.table.bytes",
                "About how much heap a table takes",
                "table",
                table.name(),
                table,
                HeapTable::bytes));
        metrics.gauge(
                "sluice.heap.live.ratio",
                "What the last whole collection left in the part of the heap for old objects, as a part of its size",
                Pools.class,
                pools -> liveRatio());
        HeapWatch watch = new HeapWatch(
                tables,
                noteOf(ProcessHandle.current().pid()),
                Runtime.getRuntime().maxMemory(),
                HeapWatch::liveBytesOfHeap);
        watch.thread.start();
        return watch;
    }

    /** Where the note of a process is. The start script, the image and the guide name it, too. */
    static Path noteOf(long pid) {
        return Path.of(System.getProperty("java.io.tmpdir"), "sluice-heap-" + pid);
    }

    private void run() {
        open();
        while (awaitNext()) {
            try {
                watch(System.nanoTime());
            } catch (RuntimeException | Error e) {
                LOG.error("the heap could not be measured", e);
            }
        }
        remove();
    }

    private boolean awaitNext() {
        try {
            return !closing.await(INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }

    /** Creates the note. Where it can't, the JVM prints none, and the warning in the log is all there is. */
    void open() {
        try {
            // Whatever has this name: /tmp belongs to all, and a link would lead to another file.
            Files.deleteIfExists(file);
            Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            channel = Optional.of(FileChannel.open(file, options, ownerOnly()));
        } catch (IOException e) {
            LOG.warn(
                    "{} can't be created, so an end for lack of heap will not show what filled it: {}",
                    file,
                    e.toString());
        }
    }

    private static FileAttribute<?>[] ownerOnly() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    /** Brings the note up to date, and warns where there is reason to. */
    void watch(long nowNanos) {
        if (note.measure()) {
            write();
        }
        long live = liveBytes.getAsLong();
        boolean isDue = !hasWarned || nowNanos - warnedNanos >= WARN_NANOS;
        if (live > NEARLY_FULL * heapBytes && isDue) {
            hasWarned = true;
            warnedNanos = nowNanos;
            LOG.warn(
                    "the heap is nearly full: a collection leaves {} of {} MiB in it; about: {}; give it more (-Xmx), or the"
                            + " process will end with exit code 3",
                    live / MIB,
                    heapBytes / MIB,
                    note.sizes());
        }
    }

    private void write() {
        if (channel.isEmpty()) {
            return;
        }
        try {
            ByteBuffer line = note.line();
            long length = line.remaining();
            channel.get().write(line, 0);
            channel.get().truncate(length);
        } catch (IOException e) {
            LOG.info("{} can't be written: {}", file, e.toString());
            channel = Optional.empty();
        }
    }

    private void remove() {
        try {
            if (channel.isPresent()) {
                channel.get().close();
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            LOG.info("{} can't be removed: {}", file, e.toString());
        }
    }

    /** What the last collections left in the heap. */
    private static long liveBytesOfHeap() {
        long live = 0;
        for (MemoryPoolMXBean pool : Pools.OF_HEAP) {
            MemoryUsage usage = pool.getCollectionUsage();
            live += usage == null ? 0 : usage.getUsed();
        }
        return live;
    }

    /** Garbage isn't in it: that may fill the heap for hours before a collection is worth its while. */
    private static double liveRatio() {
        double ratio = 0;
        for (MemoryPoolMXBean pool : Pools.OF_OLD) {
            MemoryUsage usage = pool.getCollectionUsage();
            if (usage != null && usage.getMax() > 0) {
                ratio = Math.max(ratio, (double) usage.getUsed() / usage.getMax());
            }
        }
        return ratio;
    }

    /** Loaded when it is used first: JMX would delay the start. */
    private static final class Pools {
        private static final List<MemoryPoolMXBean> OF_HEAP = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .toList();
        /** The others are empty after each collection. */
        private static final List<MemoryPoolMXBean> OF_OLD = OF_HEAP.stream()
                .filter(pool ->
                        pool.getName().contains("Tenured") || pool.getName().contains("Old"))
                .toList();
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(INTERVAL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
