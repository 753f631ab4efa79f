package dev.sluice.policy.keys;

import dev.sluice.policy.source.ReloadSource;
import dev.sluice.policy.source.Reloadable;
import dev.sluice.policy.source.SettlingTime;
import dev.sluice.policy.source.SourcePoller;
import dev.sluice.policy.source.SourceReading;
import dev.sluice.policy.source.SourceVersion;
import java.util.Optional;

/**
 * The files of the bus's keys, followed while the process runs.
 *
 * <p>If the secret key, or the directory as a whole, can't be read, what was in use stays. But a public key whose own
 * file is gone or bad is no longer allowed: an operator who removes a key must be able to rely on it. A file may be
 * half written when it is read, so nothing counts before two polls in a row found the same.
 */
public final class CurveSource implements ReloadSource<CurveKeys> {
    private static final long INTERVAL_MILLIS = 1_000;
    private static final long PATIENCE_MILLIS = 30_000;
    private static final SettlingTime TWO_POLLS = new SettlingTime(1, 1, 1, PATIENCE_MILLIS);

    private final CurveFiles files;

    private CurveSource(CurveFiles files) {
        this.files = files;
    }

    /** Follows the files every second, once started. */
    public static SourcePoller<CurveKeys> poller(CurveFiles files, Reloadable<CurveKeys> target) {
        return new SourcePoller<>("key-watcher", INTERVAL_MILLIS, TWO_POLLS, new CurveSource(files), target);
    }

    @Override
    public Optional<SourceVersion<CurveKeys>> poll(long nowWallMillis) {
        return Optional.of(new CurveVersion(files.read()));
    }

    private record CurveVersion(CurveReading fingerprint) implements SourceVersion<CurveKeys> {
        @Override
        public Optional<SourceReading<CurveKeys>> read(CurveKeys inUse, long nowWallMillis) {
            return Optional.of(new SourceReading<>(Optional.of(fingerprint.keysOr(inUse)), fingerprint.problems()));
        }
    }
}
