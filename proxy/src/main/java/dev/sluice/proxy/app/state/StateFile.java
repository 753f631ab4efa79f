package dev.sluice.proxy.app.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * A file that is replaced as a whole. Whenever the process or the machine ends, the file has the old content or the new one:
 * a temporary file beside it is written, forced to the disk, and renamed. Only the owner can read it.
 */
final class StateFile {
    private static final String TEMPORARY_SUFFIX = ".tmp";

    private final Path file;
    private final Path temporary;

    StateFile(Path file) {
        this.file = file;
        this.temporary = file.resolveSibling(file.getFileName() + TEMPORARY_SUFFIX);
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
        Files.deleteIfExists(temporary);
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel channel = FileChannel.open(temporary, options, ownerOnly())) {
            ByteBuffer left = ByteBuffer.wrap(content);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forceRename();
    }

    private static FileAttribute<?>[] ownerOnly() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    /** Without it the old file may be back after a power failure. Some file systems can't, and then it may. */
    private void forceRename() {
        Path directory = file.toAbsolutePath().getParent();
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // The file itself is whole.
        }
    }
}
