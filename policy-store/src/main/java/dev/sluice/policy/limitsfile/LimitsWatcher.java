package dev.sluice.policy.limitsfile;

import dev.sluice.policy.hocon.FileContent;
import dev.sluice.policy.hocon.Problem;
import dev.sluice.policy.source.PollingThread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Follows a limits file and hands over its limits when they change. A file that is bad, missing or unreadable changes
 * nothing and is reported once per content.
 *
 * <p>A change shows as another time, size or inode of what the path leads to; so an edit in place, a rename over the
 * file and a symbolic link that is turned elsewhere (as Kubernetes updates its volumes) are all seen. A file that was
 * written within the last {@link #RACY_MILLIS} is read again even if these are the same, since a second write may
 * fall into the same tick of the file system's clock.
 *
 * <p>All state belongs to the one thread that polls, which also makes the calls to the listener.
 */
public final class LimitsWatcher implements AutoCloseable {
    /** Told of changes, on the watcher's thread. */
    public interface Listener {
        /** The file is good: its limits are others than before, or its last content was rejected. */
        void onLoaded(LoadedLimits limits, List<Problem> warnings);

        /**
         * The file is bad, the limits that hold stay.
         *
         * @param sinceWallMillis when the file was first seen bad since it was last good
         */
        void onRejected(List<Problem> problems, long sinceWallMillis);
    }

    private static final long INTERVAL_MILLIS = 500;
    private static final long RACY_MILLIS = 2_000;
    private static final Stamp MISSING = new Stamp(0, -1, "");

    private record Stamp(long modifiedNanos, long sizeBytes, String inode) {}

    private final Path file;
    private final Listener listener;
    private final PollingThread polling;
    private LoadedLimits current;
    private Optional<Long> rejectedSinceWallMillis = Optional.empty();
    private Stamp stamp = MISSING;
    private boolean isSettled;
    private String contentId = "";

    /** @param current the limits that hold now; the listener hears only of others */
    public LimitsWatcher(Path file, LoadedLimits current, Listener listener) {
        this.file = file;
        this.current = current;
        this.listener = listener;
        this.polling = new PollingThread("limits-watcher", file.toString(), INTERVAL_MILLIS, this::poll);
    }

    /** Begins to poll, at once and then every half second. */
    public void start() {
        polling.start();
    }

    /** Stops polling; a poll that is under way is not interrupted. */
    @Override
    public void close() {
        polling.close();
    }

    /** One look at the file. Not to be called once started. */
    void poll(long nowWallMillis) {
        Stamp seen = stampOf(file);
        if (isSettled && seen.equals(stamp)) {
            return;
        }
        FileContent content = FileContent.read(file, FileContent.FILE_BYTES_MAX);
        // the stamp is older than the content: a write between the two is seen next time
        stamp = seen;
        long ageMillis = nowWallMillis - TimeUnit.NANOSECONDS.toMillis(seen.modifiedNanos);
        boolean isReadable = content instanceof FileContent.Bytes;
        isSettled = isReadable && Math.abs(ageMillis) >= RACY_MILLIS;
        String id = idOf(content);
        if (!id.equals(contentId)) {
            contentId = id;
            changed(LimitsFile.parse(file.toString(), content), nowWallMillis);
        }
    }

    private void changed(LimitsFile.Result result, long nowWallMillis) {
        if (result instanceof LimitsFile.Loaded loaded) {
            boolean isNews =
                    rejectedSinceWallMillis.isPresent() || !loaded.limits().equals(current);
            rejectedSinceWallMillis = Optional.empty();
            current = loaded.limits();
            if (isNews) {
                listener.onLoaded(current, loaded.problems());
            }
        } else {
            long since = rejectedSinceWallMillis.orElse(nowWallMillis);
            rejectedSinceWallMillis = Optional.of(since);
            listener.onRejected(result.problems(), since);
        }
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

    private static String idOf(FileContent content) {
        if (content instanceof FileContent.Unreadable unreadable) {
            return unreadable.message();
        }
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(((FileContent.Bytes) content).buffer());
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
