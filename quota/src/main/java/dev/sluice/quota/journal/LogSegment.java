package dev.sluice.quota.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * A file of a log, which has its full size from the start: filled with zeros, which are the end of the records.
 *
 * <pre>
 *   record   i32 length of the batch, i32 CRC32C of all that follows, i64 index, batch
 * </pre>
 */
final class LogSegment implements Closeable {
    private static final int HEADER_BYTES = 16;
    private static final int CHECKED_FROM = 8;
    private static final int ZEROS_BYTES = 64 * 1024;

    private final Path file;
    private final FileChannel channel;
    private final long firstIndex;
    private final long size;
    private long end;
    private boolean hasTornEnd;

    /** Receives the batches of a segment. */
    interface Reader {
        void read(long index, byte[] batch) throws IOException;
    }

    private LogSegment(Path file, FileChannel channel, long firstIndex, long size) {
        this.file = file;
        this.channel = channel;
        this.firstIndex = firstIndex;
        this.size = size;
    }

    /** How many bytes a batch takes. */
    static long bytesOf(int batchBytes) {
        return (long) HEADER_BYTES + batchBytes;
    }

    /** Makes a file with all of its bytes; none if there is no room for them. */
    static LogSegment create(Path file, long firstIndex, long bytes) throws IOException {
        Path temporary = JournalDirectory.temporary(file);
        Files.deleteIfExists(temporary);
        FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            fillWithZeros(channel, 0, bytes);
            channel.force(true);
            JournalDirectory.rename(temporary, file);
        } catch (IOException e) {
            channel.close();
            Files.deleteIfExists(temporary);
            throw e;
        }
        return new LogSegment(file, channel, firstIndex, bytes);
    }

    static LogSegment open(Path file, long firstIndex) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        return new LogSegment(file, channel, firstIndex, channel.size());
    }

    Path file() {
        return file;
    }

    boolean hasRoom(int batchBytes) {
        return end + bytesOf(batchBytes) <= size;
    }

    /** Writes a record and forces it to the disk. */
    void append(long index, byte[] batch) throws IOException {
        ByteBuffer record = ByteBuffer.allocate(HEADER_BYTES + batch.length);
        record.putInt(batch.length).putInt(0).putLong(index).put(batch).flip();
        record.putInt(4, checksum(record, record.limit()));
        write(channel, record, end);
        channel.force(false);
        end += HEADER_BYTES + batch.length;
    }

    /** After a failed append: takes back what may have been written of it. False: that failed too. */
    boolean tryErase() {
        try {
            fillWithZeros(channel, end, size);
            channel.force(false);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Reads all records, and stands behind the last one.
     *
     * @return the index behind the last record
     * @throws IOException also if a record is damaged that was followed by another one
     */
    long read(Reader reader) throws IOException {
        long next = firstIndex;
        ByteBuffer content = content();
        while (isRecord(content, (int) end, next)) {
            int length = content.getInt((int) end);
            byte[] batch = new byte[length];
            content.get((int) end + HEADER_BYTES, batch);
            reader.read(next, batch);
            next++;
            end += HEADER_BYTES + length;
        }
        for (int at = (int) end; at < content.limit(); at++) {
            hasTornEnd |= content.get(at) != 0;
            if (isLaterRecord(content, at, next)) {
                throw new IOException(file + " is damaged at byte " + end + ": batch " + next
                        + " can't be read, and a later one can. Restore the directory from a backup");
            }
        }
        return next;
    }

    private ByteBuffer content() throws IOException {
        if (size > Integer.MAX_VALUE) {
            throw new IOException(file + " is too large for a log file: " + size + " bytes");
        }
        ByteBuffer content = ByteBuffer.allocate((int) size);
        while (content.hasRemaining() && channel.read(content, content.position()) >= 0) {
            // until it is whole
        }
        return content.flip();
    }

    private static boolean isRecord(ByteBuffer content, int at, long index) {
        if (at + HEADER_BYTES > content.limit()) {
            return false;
        }
        int length = content.getInt(at);
        if (length <= 0
                || length > content.limit() - at - HEADER_BYTES
                || content.getLong(at + CHECKED_FROM) != index) {
            return false;
        }
        ByteBuffer record = content.slice(at, HEADER_BYTES + length);
        return record.getInt(4) == checksum(record, HEADER_BYTES + length);
    }

    private static boolean isLaterRecord(ByteBuffer content, int at, long next) {
        if (at + HEADER_BYTES > content.limit()) {
            return false;
        }
        long index = content.getLong(at + CHECKED_FROM);
        return index > next && index - next < content.limit() && isRecord(content, at, index);
    }

    private static int checksum(ByteBuffer record, int limit) {
        CRC32C crc = new CRC32C();
        crc.update(record.slice(CHECKED_FROM, limit - CHECKED_FROM));
        return (int) crc.getValue();
    }

    /** Overwrites what a crash left of a record behind the last one. */
    void cutTornEnd() throws IOException {
        if (hasTornEnd) {
            fillWithZeros(channel, end, size);
            channel.force(false);
        }
    }

    private static void fillWithZeros(FileChannel channel, long from, long to) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate(ZEROS_BYTES);
        for (long at = from; at < to; ) {
            zeros.clear().limit((int) Math.min(ZEROS_BYTES, to - at));
            at += write(channel, zeros, at);
        }
    }

    private static long write(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
        long written = 0;
        while (bytes.hasRemaining()) {
            written += channel.write(bytes, at + written);
        }
        return written;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
