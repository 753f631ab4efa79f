package dev.sluice.proxy.app.state;

import dev.sluice.policy.source.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A file that is {@linkplain AtomicFile replaced as a whole}. Only the owner can read it.
 */
final class StateFile {
    private static final String OWNER_ONLY = "rw-------";

    private final Path file;

    StateFile(Path file) {
        this.file = file;
    }

    Path path() {
        return file;
    }

    /**
     * Reads it.
     *
     * @param bytesMax a larger file is not read
     * @return empty: there is none
     * @throws IOException if it can't be read, or isn't a file of at most that size
     */
    Optional<byte[]> read(int bytesMax) throws IOException {
        // A pipe would block.
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new IOException("it is not a file");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size > bytesMax) {
                throw new IOException("it has " + size + " bytes, more than " + bytesMax);
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) size);
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // A file may come in pieces.
            }
            return Optional.of(bytes.array());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /**
     * Replaces it.
     *
     * @throws IOException if it can't be written; the old content is still there then
     */
    void write(byte[] content) throws IOException {
        AtomicFile.write(file, content, OWNER_ONLY);
    }
}
