package dev.sluice.quota.journal;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/** A snapshot in a file: its content, and the CRC32C of it in the last eight bytes. */
final class SnapshotFile {
    private static final int CHECKSUM_BYTES = 8;
    private static final int BUFFER_BYTES = 64 * 1024;

    private SnapshotFile() {}

    /** Writes a file that is whole, or none. */
    static void write(Path file, Journal.SnapshotWriter writer) throws IOException {
        Path temporary = JournalDirectory.temporary(file);
        Files.deleteIfExists(temporary);
        try (FileChannel channel =
                FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            OutputStream buffered = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES);
            CheckedOutputStream content = new CheckedOutputStream(buffered, new CRC32C());
            writer.write(content);
            DataOutputStream end = new DataOutputStream(buffered);
            end.writeLong(content.getChecksum().getValue());
            end.flush();
            channel.force(true);
        } catch (IOException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
        JournalDirectory.rename(temporary, file);
    }

    /** Throws if the file is damaged. */
    static void check(Path file) throws IOException {
        long left = Files.size(file) - CHECKSUM_BYTES;
        if (left < 0) {
            throw new IOException(file + " is damaged: it is too short for a snapshot");
        }
        try (CheckedInputStream in = new CheckedInputStream(
                new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES), new CRC32C())) {
            byte[] buffer = new byte[BUFFER_BYTES];
            while (left > 0) {
                int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (read < 0) {
                    throw new IOException(file + " is damaged: it ends too soon");
                }
                left -= read;
            }
            long actual = in.getChecksum().getValue();
            if (new DataInputStream(in).readLong() != actual) {
                throw new IOException(file + " is damaged: its checksum is wrong");
            }
        }
    }

    /** What was written, and the checksum behind it. */
    static InputStream content(Path file) throws IOException {
        return Files.newInputStream(file);
    }
}
