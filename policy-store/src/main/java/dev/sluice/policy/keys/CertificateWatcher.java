package dev.sluice.policy.keys;

import dev.sluice.policy.source.PollingThread;
import java.util.List;
import java.util.Optional;

/**
 * Follows the PEM files of a TLS server and hands over what they hold when it changes. What can't be used changes
 * nothing.
 *
 * <p>Certificate and key are two files, and whoever renews them replaces one after the other: in between they don't
 * belong together, or one of them is half written. So what is bad is told only when it has stayed the same for {@link
 * #SETTLED_MILLIS}, or when nothing good has come for {@link #PATIENCE_MILLIS}; once per content. Files are compared by
 * what is in them, which is little: edits in place, renames and symbolic links that are turned elsewhere (as Kubernetes
 * updates its volumes) are all the same to it.
 *
 * <p>All state belongs to the one thread that polls, which also makes the calls to the listener.
 */
public final class CertificateWatcher implements AutoCloseable {
    /** Told of changes, on the watcher's thread. */
    public interface Listener {
        /** The files are good: they hold another identity than before, or were bad and are good again. */
        void onLoaded(TlsIdentity identity, List<TlsFiles.Fault> warnings);

        /**
         * The files are bad, the identity that is used stays.
         *
         * @param sinceWallMillis when they were first seen bad since they were last good
         */
        void onRefused(List<TlsFiles.Fault> faults, long sinceWallMillis);
    }

    static final long SETTLED_MILLIS = 5_000;
    static final long PATIENCE_MILLIS = 30_000;
    private static final long INTERVAL_MILLIS = 1_000;

    private final TlsFiles files;
    private final Listener listener;
    private final PollingThread polling;
    private TlsIdentity current;
    private Optional<TlsFiles.Contents> seen = Optional.empty();
    private List<TlsFiles.Fault> faults = List.of();
    private long seenSinceWallMillis;
    private Optional<Long> badSinceWallMillis = Optional.empty();
    private boolean isTold;
    private boolean wasEverTold;

    /** @param current what is used now; the listener hears only of others */
    public CertificateWatcher(TlsFiles files, TlsIdentity current, Listener listener) {
        this.files = files;
        this.current = current;
        this.listener = listener;
        this.polling = new PollingThread(
                "certificate-watcher", files.certificateFile().toString(), INTERVAL_MILLIS, this::poll);
    }

    /** Begins to poll, at once and then every second. */
    public void start() {
        polling.start();
    }

    /** Stops polling; a poll that is under way is not interrupted. */
    @Override
    public void close() {
        polling.close();
    }

    /** One look at the files. Not to be called once started. */
    void poll(long nowWallMillis) {
        TlsFiles.Contents contents = files.contents();
        if (!seen.filter(contents::equals).isPresent()) {
            seen = Optional.of(contents);
            seenSinceWallMillis = nowWallMillis;
            isTold = false;
            read(contents, nowWallMillis);
        }
        if (badSinceWallMillis.isPresent() && !isTold) {
            tellIfLasting(badSinceWallMillis.get(), nowWallMillis);
        }
    }

    private void read(TlsFiles.Contents contents, long nowWallMillis) {
        TlsFiles.Result result = files.parse(contents, nowWallMillis);
        if (result instanceof TlsFiles.Loaded loaded) {
            boolean isNews = wasEverTold || !loaded.identity().equals(current);
            badSinceWallMillis = Optional.empty();
            wasEverTold = false;
            current = loaded.identity();
            if (isNews) {
                listener.onLoaded(current, loaded.warnings());
            }
        } else {
            faults = ((TlsFiles.Refused) result).faults();
            badSinceWallMillis = Optional.of(badSinceWallMillis.orElse(nowWallMillis));
        }
    }

    private void tellIfLasting(long badSince, long nowWallMillis) {
        if (nowWallMillis - seenSinceWallMillis >= SETTLED_MILLIS || nowWallMillis - badSince >= PATIENCE_MILLIS) {
            isTold = true;
            wasEverTold = true;
            listener.onRefused(faults, badSince);
        }
    }
}
