package dev.sluice.policy.source;

import dev.sluice.policy.hocon.FileContent;
import dev.sluice.policy.hocon.SeenContent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A file that may be large and is looked at again only when it may have changed.
 *
 * <p>A change shows as another time, size or inode of what the path leads to; also as another time of the inode, which no
 * program can set. So an edit in place, a rename over the file and a symbolic link to another file (Kubernetes updates its
 * volumes so) are all noticed. Not every file system has such times, so a small file is looked at each time, and a large one
 * every {@link #LOOK_MILLIS}. So is one that was written within the last {@link #RACY_MILLIS}: a second write may fall into
 * the same tick of the file system's clock.
 *
 * <p>Belongs to one thread.
 */
public final class PolledFile {
    private static final long RACY_MILLIS = 2_000;
    private static final long LOOK_MILLIS = 15_000;
    private static final long SMALL_BYTES = 64 << 10;
    private static final Stamp MISSING = new Stamp(0, 0, -1, "");

    private record Stamp(long modifiedNanos, long changedNanos, long sizeBytes, String inode) {}

    private final Path path;
    private Stamp stamp = MISSING;
    private boolean isSettled;
    private long lookedWallMillis;

    /** Reads nothing yet. */
    public PolledFile(Path path) {
        this.path = path;
    }

    /** What the file holds; empty if it is known to be the same as at the last call. */
    public Optional<FileContent> look(long nowWallMillis) {
        boolean wasSettled = isSettled;
        // whatever fails from here on leaves a file that must be looked at again
        isSettled = false;
        Stamp seen = stampOf(path);
        long sinceMillis = nowWallMillis - lookedWallMillis;
        if (wasSettled
                && seen.equals(stamp)
                && seen.sizeBytes > SMALL_BYTES
                && sinceMillis >= 0
                && sinceMillis < LOOK_MILLIS) {
            isSettled = true;
            return Optional.empty();
        }
        FileContent content = FileContent.look(path, FileContent.FILE_BYTES_MAX);
        // the stamp is older than the content: a write between the two shows at the next call
        stamp = seen;
        lookedWallMillis = nowWallMillis;
        long youngest = Math.max(seen.modifiedNanos, seen.changedNanos);
        long ageMillis = nowWallMillis - TimeUnit.NANOSECONDS.toMillis(youngest);
        isSettled = content instanceof SeenContent && Math.abs(ageMillis) >= RACY_MILLIS;
        return Optional.of(content);
    }

    private static Stamp stampOf(Path file) {
        try {
            BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(
                    nanos(found.lastModifiedTime()), changedNanos(file), found.size(), String.valueOf(found.fileKey()));
        } catch (IOException e) {
            return MISSING;
        }
    }

    /** When the inode changed last; 0 where inodes have no such time. */
    private static long changedNanos(Path file) throws IOException {
        try {
            return nanos((FileTime) Files.getAttribute(file, "unix:ctime"));
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            return 0;
        }
    }

    private static long nanos(FileTime time) {
        return time.to(TimeUnit.NANOSECONDS);
    }
}
