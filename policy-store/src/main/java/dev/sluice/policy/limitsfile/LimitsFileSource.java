package dev.sluice.policy.limitsfile;

import dev.sluice.policy.hocon.FileContent;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.policy.source.PolledFile;
import dev.sluice.policy.source.ReloadSource;
import dev.sluice.policy.source.Reloadable;
import dev.sluice.policy.source.SettlingTime;
import dev.sluice.policy.source.SourcePoller;
import dev.sluice.policy.source.SourceReading;
import dev.sluice.policy.source.SourceVersion;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A limits file that is followed while the sidecar runs. A file that is bad, missing or unreadable changes nothing.
 */
public final class LimitsFileSource implements ReloadSource<PolicyLayer> {
    private static final long INTERVAL_MILLIS = 500;

    private final Path path;
    private final PolledFile file;

    private LimitsFileSource(Path path) {
        this.path = path;
        this.file = new PolledFile(path);
    }

    /** Follows a file every half second, once started. */
    public static SourcePoller<PolicyLayer> poller(Path file, Reloadable<PolicyLayer> target) {
        return new SourcePoller<>(
                "limits-watcher", INTERVAL_MILLIS, SettlingTime.NONE, new LimitsFileSource(file), target);
    }

    @Override
    public Optional<SourceVersion<PolicyLayer>> poll(long nowWallMillis) {
        return file.read(nowWallMillis).map(content -> new LimitsFileVersion(path.toString(), content));
    }

    private record LimitsFileVersion(String file, FileContent content) implements SourceVersion<PolicyLayer> {
        @Override
        public Object fingerprint() {
            return content.fingerprint();
        }

        @Override
        public SourceReading<PolicyLayer> read(PolicyLayer inUse, long nowWallMillis) {
            return SourceReading.of(LimitsFile.parse(file, content));
        }
    }
}
