package dev.sluice.quota.journal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A journal in a directory of this machine. A batch is one record; it is written and forced to the disk before {@link #append}
 * returns. So only the last record can be torn by a crash, and a torn one was never acknowledged: recovery cuts it off.
 * Damage anywhere else is an error that names the file and the place, because to go on would lose what was acknowledged.
 *
 * <p>Belongs to one thread. The directory belongs to one process: it is locked.
 */
public final class LocalJournal implements Journal {
    /** A snapshot is worth its time after so many log files. */
    private static final int SNAPSHOT_SEGMENTS = 8;

    private static final int SNAPSHOTS_KEPT = 2;

    private final JournalDirectory directory;
    private final FileChannel lock;
    private final long segmentBytes;
    private LogSegment tail;
    private long nextIndex;
    private long appendedBytes;
    private boolean isBroken;

    private LocalJournal(
            JournalDirectory directory, FileChannel lock, long segmentBytes, LogSegment tail, long nextIndex) {
        this.directory = directory;
        this.lock = lock;
        this.segmentBytes = segmentBytes;
        this.tail = tail;
        this.nextIndex = nextIndex;
    }

    /** What a journal holds is handed to this, in order. */
    public interface Recovery {
        /** The snapshot to begin with, to be closed; called once at most, before all batches. */
        void restore(InputStream snapshot) throws IOException;

        /** The next batch. */
        void replay(byte[] batch) throws IOException;
    }

    /**
     * Opens a directory, which is made if need be, and hands over what it holds.
     *
     * @param segmentBytes the size of a log file, which is allocated when it is made; at least 1 KiB
     * @throws IOException if the directory is damaged, in use or can't be written; the message names the file
     */
    public static LocalJournal open(Path path, long segmentBytes, Recovery recovery) throws IOException {
        Files.createDirectories(path);
        FileChannel lock = lock(path);
        try {
            JournalDirectory directory = new JournalDirectory(path);
            directory.removeTemporaryFiles();
            long snapshotIndex = restore(directory, recovery);
            return replay(directory, lock, segmentBytes, snapshotIndex, recovery);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static FileChannel lock(Path directory) throws IOException {
        Path file = directory.resolve("lock");
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // this process has it
        }
        channel.close();
        throw new IOException(file + " is locked: another process uses " + directory);
    }

    /** Returns the index of the first batch that the snapshot doesn't have. */
    private static long restore(JournalDirectory directory, Recovery recovery) throws IOException {
        List<Path> snapshots = directory.snapshots();
        IOException problem = null;
        for (int i = snapshots.size() - 1; i >= 0; i--) {
            Path file = snapshots.get(i);
            try {
                SnapshotFile.check(file);
            } catch (IOException e) {
                // the older one and its log files are still there
                problem = e;
                directory.setAside(file);
                continue;
            }
            recovery.restore(SnapshotFile.content(file));
            return JournalDirectory.index(file);
        }
        if (problem != null) {
            throw problem;
        }
        return 0;
    }

    private static LocalJournal replay(
            JournalDirectory directory, FileChannel lock, long segmentBytes, long snapshotIndex, Recovery recovery)
            throws IOException {
        List<Path> logs = directory.logs();
        List<Path> needed = new ArrayList<>();
        for (int i = 0; i < logs.size(); i++) {
            boolean isOld = i + 1 < logs.size() && JournalDirectory.index(logs.get(i + 1)) <= snapshotIndex;
            if (!isOld) {
                needed.add(logs.get(i));
            }
        }
        if (needed.isEmpty()) {
            if (snapshotIndex > 0) {
                throw new IOException(
                        directory.path() + " has a snapshot, and no log file since batch " + snapshotIndex);
            }
            return new LocalJournal(
                    directory, lock, segmentBytes, LogSegment.create(directory.log(0), 0, segmentBytes), 0);
        }
        long next = snapshotIndex;
        LogSegment tail = null;
        for (int i = 0; i < needed.size(); i++) {
            Path file = needed.get(i);
            long first = JournalDirectory.index(file);
            if (i == 0 ? first > next : first != next) {
                throw new IOException(file + " begins with batch " + first + "; it should begin with batch " + next
                        + ", which no file has");
            }
            boolean isLast = i + 1 == needed.size();
            tail = LogSegment.open(file, first);
            long from = next;
            next = tail.read((index, batch) -> {
                if (index >= from) {
                    recovery.replay(batch);
                }
            });
            if (isLast) {
                tail.cutTornEnd();
            } else {
                tail.close();
            }
            if (next < from) {
                throw new IOException(file + " ends before batch " + next + ", which the snapshot has: it was cut");
            }
        }
        return new LocalJournal(
                directory, lock, segmentBytes, Optional.ofNullable(tail).orElseThrow(), next);
    }

    @Override
    public void append(byte[] batch) throws IOException {
        if (isBroken) {
            throw new IOException(tail.file() + " could not be written before; restart to recover");
        }
        if (!tail.hasRoom(batch.length)) {
            LogSegment next = nextSegment(Math.max(segmentBytes, LogSegment.bytesOf(batch.length)));
            tail.close();
            tail = next;
        }
        try {
            tail.append(nextIndex, batch);
        } catch (IOException e) {
            if (!tail.tryErase()) {
                isBroken = true;
                throw new OutcomeUnknownException(tail.file() + " can't be written, nor what was written be erased", e);
            }
            throw new IOException(tail.file() + " can't be written: " + e.getMessage(), e);
        }
        nextIndex++;
        appendedBytes += LogSegment.bytesOf(batch.length);
    }

    private LogSegment nextSegment(long bytes) throws IOException {
        Path file = directory.log(nextIndex);
        try {
            return LogSegment.create(file, nextIndex, bytes);
        } catch (IOException e) {
            throw new IOException(file + " can't be made: " + e.getMessage(), e);
        }
    }

    @Override
    public boolean wantsSnapshot() {
        return appendedBytes >= SNAPSHOT_SEGMENTS * segmentBytes;
    }

    @Override
    public void snapshot(SnapshotWriter writer) throws IOException {
        if (isBroken) {
            throw new IOException(tail.file() + " could not be written before; restart to recover");
        }
        // again after as much more, also if it fails
        appendedBytes = 0;
        Path file = directory.snapshot(nextIndex);
        SnapshotFile.write(file, writer);
        List<Path> snapshots = directory.snapshots();
        for (int i = 0; i < snapshots.size() - SNAPSHOTS_KEPT; i++) {
            Files.delete(snapshots.get(i));
        }
        long oldest = JournalDirectory.index(directory.snapshots().get(0));
        List<Path> logs = directory.logs();
        for (int i = 0; i + 1 < logs.size() && JournalDirectory.index(logs.get(i + 1)) <= oldest; i++) {
            Files.delete(logs.get(i));
        }
    }

    @Override
    public void close() throws IOException {
        tail.close();
        lock.close();
    }
}
