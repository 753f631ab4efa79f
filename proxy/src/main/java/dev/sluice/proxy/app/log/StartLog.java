package dev.sluice.proxy.app.log;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.Scope;
import dev.sluice.policy.settings.AccessLogSettings;
import dev.sluice.policy.settings.Settings;
import dev.sluice.policy.source.PolicySnapshot;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs what a sidecar is when it starts: whoever reads a log sees which release ran, before which gateway, by which files. */
public final class StartLog {
    private static final Logger LOG = LoggerFactory.getLogger(StartLog.class);

    private StartLog() {}

    /**
     * A sidecar serves.
     *
     * @param version of this release
     * @param first the limits and identities at the start
     */
    public static void log(String version, Settings settings, PolicySnapshot first) {
        LOG.info(
                "sluice {} on Java {} serves as {} before the gateway {}",
                version,
                Runtime.version().feature(),
                settings.nodeId(),
                settings.upstream().address());
        LOG.info(
                "limits of {}{}: {} limits of {} entries, {} access keys",
                shown(settings.limitsFile()),
                settings.limitsOverlay().map(file -> " and " + shown(file)).orElse(""),
                limits(first.limits()),
                entries(first.limits()),
                first.identities().size());
        LOG.info(
                "state file: {}; access log: {}; users from RGW: {}",
                settings.stateFile().map(StartLog::shown).orElse("none"),
                settings.accessLog()
                        .map(AccessLogSettings::file)
                        .map(StartLog::shown)
                        .orElse("none"),
                settings.rgwAdmin().isPresent() ? "yes" : "no");
    }

    private static String shown(Path file) {
        return file.toAbsolutePath().normalize().toString();
    }

    private static long entries(Policy limits) {
        return sets(limits).count();
    }

    private static long limits(Policy limits) {
        return sets(limits).mapToLong(StartLog::size).sum();
    }

    private static Stream<LimitSet> sets(Policy limits) {
        Stream<LimitSet> unnamed = Stream.concat(
                List.of(Scope.TOTAL, Scope.ANONYMOUS, Scope.USER, Scope.BUCKET).stream()
                        .map(limits::unnamed),
                limits.ownUnproven().stream());
        Stream<LimitSet> named = Stream.of(Scope.TENANT, Scope.USER, Scope.BUCKET)
                .flatMap(scope -> limits.named(scope).values().stream());
        return Stream.concat(unnamed.filter(set -> !set.isUnlimited()), named);
    }

    private static int size(LimitSet set) {
        int size = 0;
        for (int i = 0; i < Dimension.count(); i++) {
            size += set.get(Dimension.at(i)) == null ? 0 : 1;
        }
        return size;
    }
}
