package dev.sluice.policy.limitsfile;

import dev.sluice.policy.hocon.ConfigFile;
import dev.sluice.policy.hocon.FileContent;
import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.hocon.SeenContent;
import dev.sluice.policy.source.LimitOrigin.OriginKind;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.policy.source.PolledFile;
import dev.sluice.policy.source.ReloadSource;
import dev.sluice.policy.source.Reloadable;
import dev.sluice.policy.source.SettlingTime;
import dev.sluice.policy.source.SourcePoller;
import dev.sluice.policy.source.SourceReading;
import dev.sluice.policy.source.SourceVersion;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A limits file that is followed while the sidecar runs. A file that is bad, missing or unreadable changes nothing.
 */
public final class LimitsFileSource implements ReloadSource<PolicyLayer> {
    private static final long INTERVAL_MILLIS = 250;
    /** A file must stay the same for that long before it counts, good or bad: it may be written in place. */
    private static final long SETTLED_MILLIS = 500;
    /** The same for a good one that ends in the middle of a line. */
    private static final long CUT_MILLIS = 3_000;

    /** A file that changes all the time is reported then, if it is bad. */
    private static final long PATIENCE_MILLIS = 30_000;

    private final Path path;
    private final PolledFile file;
    private final OriginKind kind;
    private final LayerParser parser;

    /** Makes a layer of the content of a file. */
    @FunctionalInterface
    public interface LayerParser {
        /** Whatever is wrong with the file becomes a problem, never an exception. */
        ReadResult<PolicyLayer> parse(ConfigFile source, OriginKind kind);
    }

    private LimitsFileSource(Path path, OriginKind kind, LayerParser parser) {
        this.path = path;
        this.file = new PolledFile(path);
        this.kind = kind;
        this.parser = parser;
    }

    /** Looks at a file four times a second, once started. */
    public static SourcePoller<PolicyLayer> poller(Path file, Reloadable<PolicyLayer> target) {
        return poller("limits-watcher", file, OriginKind.FILE, LimitsFile::parse, target);
    }

    /** Likewise at the file of limits that were set by command, which need not exist. */
    public static SourcePoller<PolicyLayer> overlayPoller(Path file, Reloadable<PolicyLayer> target) {
        return poller("overlay-watcher", file, OriginKind.OVERLAY, LimitsFile::parse, target);
    }

    /**
     * Likewise at a file of another form.
     *
     * @param thread the name of the thread
     * @param kind an overlay need not exist
     */
    public static SourcePoller<PolicyLayer> poller(
            String thread, Path file, OriginKind kind, LayerParser parser, Reloadable<PolicyLayer> target) {
        return new SourcePoller<>(
                thread,
                INTERVAL_MILLIS,
                new SettlingTime(SETTLED_MILLIS, CUT_MILLIS, SETTLED_MILLIS, PATIENCE_MILLIS),
                new LimitsFileSource(file, kind, parser),
                target);
    }

    @Override
    public Optional<SourceVersion<PolicyLayer>> poll(long nowWallMillis) {
        return file.look(nowWallMillis).map(content -> new LimitsFileVersion(path.toString(), content, kind, parser));
    }

    private record LimitsFileVersion(String file, FileContent content, OriginKind kind, LayerParser parser)
            implements SourceVersion<PolicyLayer> {
        @Override
        public Object fingerprint() {
            return content.fingerprint();
        }

        @Override
        public boolean looksCut() {
            return content instanceof SeenContent seen && seen.endsWithinLine();
        }

        @Override
        public Optional<SourceReading<PolicyLayer>> read(PolicyLayer inUse, long nowWallMillis) {
            if (kind == OriginKind.OVERLAY && content.equals(FileContent.Unreadable.MISSING)) {
                return Optional.of(new SourceReading<>(Optional.of(PolicyLayer.EMPTY), List.of()));
            }
            ConfigFile source = ConfigFile.of(file, content);
            ReadResult<PolicyLayer> result = parser.parse(source, kind);
            SourceReading<PolicyLayer> reading = new SourceReading<>(
                    result.value(), result.problems(), source.budget().lacksHeap());
            boolean hasChanged = content instanceof SeenContent seen && !seen.isAsSeen();
            return hasChanged ? Optional.empty() : Optional.of(reading);
        }
    }
}
