package dev.sluice.proxy.accesslog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The file of a log. It is appended to, so that another process may cut it short. It is renamed to {@code NAME.1} when it
 * has its size, {@code NAME.1} to {@code NAME.2}, and so on. Once a second the name is looked at: if another file or none has
 * it, as after logrotate, a new one is opened. Belongs to one thread.
 */
final class LogFile implements AutoCloseable {
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Names of users and buckets are not for everybody on the machine. */
    private static final Set<PosixFilePermission> PERMISSIONS = PosixFilePermissions.fromString("rw-r-----");

    private final Path path;
    private final long bytesMax;
    private final int keep;
    private @Nullable FileChannel channel;
    private @Nullable Object key;
    /** Not a link, such as {@code /dev/stdout}, nor a device or a pipe: renaming those would only do harm. */
    private boolean isRenamed;

    private long size;
    private long lookedNanos;
    /** The file ends within a line: the disk became full while it was written. */
    private boolean isTorn;

    /**
     * Opens nothing yet.
     *
     * @param bytesMax after which it is renamed; 0: never
     * @param keep how many of those are kept
     */
    LogFile(Path path, long bytesMax, int keep) {
        this.path = path;
        this.bytesMax = bytesMax;
        this.keep = keep;
    }

    /**
     * Appends lines.
     *
     * @throws IOException if not all of them are in the file; the next call opens it anew
     */
    void write(ByteBuffer lines, long nowNanos) throws IOException {
        try {
            FileChannel open = current(nowNanos);
            if (isTorn) {
                append(open, ByteBuffer.wrap(new byte[] {'\n'}));
                isTorn = false;
            }
            append(open, lines);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private void append(FileChannel open, ByteBuffer lines) throws IOException {
        int start = lines.position();
        try {
            while (lines.hasRemaining()) {
                open.write(lines);
            }
        } finally {
            int end = lines.position();
            size += end - start;
            isTorn |= end > start && lines.get(end - 1) != '\n';
        }
    }

    private FileChannel current(long nowNanos) throws IOException {
        if (channel != null && nowNanos - lookedNanos >= LOOK_NANOS) {
            lookedNanos = nowNanos;
            look();
        }
        FileChannel open = channel == null ? open(nowNanos) : channel;
        if (bytesMax == 0 || size < bytesMax || !isRenamed) {
            return open;
        }
        close();
        rotate();
        return open(nowNanos);
    }

    private void look() throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            size = attributes.size();
            if (!Objects.equals(attributes.fileKey(), key)) {
                close();
            }
        } catch (NoSuchFileException e) {
            close();
        }
    }

    private FileChannel open(long nowNanos) throws IOException {
        Set<StandardOpenOption> options =
                EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        boolean isPosix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileChannel opened = isPosix
                ? FileChannel.open(path, options, PosixFilePermissions.asFileAttribute(PERMISSIONS))
                : FileChannel.open(path, options);
        channel = opened;
        size = opened.size();
        isTorn &= size > 0;
        isRenamed = Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
        key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        lookedNanos = nowNanos;
        return opened;
    }

    private void rotate() throws IOException {
        for (int i = keep - 1; i >= 1; i--) {
            Path from = numbered(i);
            if (Files.exists(from)) {
                Files.move(from, numbered(i + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.move(path, numbered(1), StandardCopyOption.REPLACE_EXISTING);
    }

    private Path numbered(int number) {
        return path.resolveSibling(path.getFileName() + "." + number);
    }

    /** Closes the file; the next write opens it again. */
    @Override
    public void close() {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // What was written is with the kernel; nothing more can be done for it.
                key = null;
            }
        }
    }
}
