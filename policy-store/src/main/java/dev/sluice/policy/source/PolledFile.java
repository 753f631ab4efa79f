package dev.sluice.policy.source;

import dev.sluice.policy.hocon.FileContent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A file that may be large and is read again only when it may have changed.
 *
 * <p>A change shows as another time, size or inode of what the path leads to. So an edit in place, a rename over the
 * file and a symbolic link to another file (Kubernetes updates its volumes so) are all noticed. A file that was written
 * within the last {@link #RACY_MILLIS} is read again even if these are the same: a second write may fall into the same
 * tick of the file system's clock.
 *
 * <p>Belongs to one thread.
 */
public final class PolledFile {
    private static final long RACY_MILLIS = 2_000;
    private static final Stamp MISSING = new Stamp(0, -1, "");

    private record Stamp(long modifiedNanos, long sizeBytes, String inode) {}

    private final Path path;
    private Stamp stamp = MISSING;
    private boolean isSettled;

    /** Reads nothing yet. */
    public PolledFile(Path path) {
        this.path = path;
    }

    /** The file's content; empty if it is known to be the one of the last call. */
    public Optional<FileContent> read(long nowWallMillis) {
        Stamp seen = stampOf(path);
        if (isSettled && seen.equals(stamp)) {
            return Optional.empty();
        }
        FileContent content = FileContent.read(path, FileContent.FILE_BYTES_MAX);
        // the stamp is older than the content: a write between the two shows at the next call
        stamp = seen;
        long ageMillis = nowWallMillis - TimeUnit.NANOSECONDS.toMillis(seen.modifiedNanos);
        isSettled = content instanceof FileContent.Bytes && Math.abs(ageMillis) >= RACY_MILLIS;
        return Optional.of(content);
    }

    private static Stamp stampOf(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(
                    attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
                    attributes.size(),
                    String.valueOf(attributes.fileKey()));
        } catch (IOException e) {
            return MISSING;
        }
    }
}
