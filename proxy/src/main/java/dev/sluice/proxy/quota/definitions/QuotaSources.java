package dev.sluice.proxy.quota.definitions;

import dev.sluice.policy.hocon.ConfigProblem;
import dev.sluice.policy.quotasfile.QuotasFile;
import dev.sluice.policy.quotasfile.QuotasOverlay;
import dev.sluice.policy.settings.Settings;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.policy.source.ReloadListener;
import dev.sluice.policy.source.Reloadable;
import dev.sluice.policy.source.SourcePoller;
import dev.sluice.policy.source.Staleness;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files that quotas come from: follows them, and logs what becomes of changes. Thread-safe. */
public final class QuotaSources implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(QuotaSources.class);

    private final Reloadable<PolicyLayer> file;
    private final Reloadable<PolicyLayer> overlay;
    private final Optional<QuotasOverlay> overlayFile;
    private final List<SourcePoller<PolicyLayer>> pollers = new ArrayList<>();

    /**
     * Follows nothing yet.
     *
     * @param first what the quotas file held at the start
     */
    public QuotaSources(Settings.Quota settings, PolicyLayer first) {
        file = new Reloadable<>(first);
        SourcePoller<PolicyLayer> filePoller = QuotasFile.poller(settings.quotasFile(), file);
        first.origins().fingerprint().ifPresent(filePoller::startFrom);
        pollers.add(filePoller);
        overlayFile = settings.overlay().map(QuotasOverlay::new);
        overlay = new Reloadable<>(
                overlayFile.flatMap(found -> found.read().value()).orElse(PolicyLayer.EMPTY));
        overlayFile.ifPresent(found -> pollers.add(found.poller(overlay)));
    }

    /** As layers of the policy, in order of precedence. */
    public List<Reloadable<PolicyLayer>> layers() {
        return List.of(overlay, file);
    }

    /** The quotas file: what it held when it was last good, and whether it is bad. */
    public Reloadable<PolicyLayer> file() {
        return file;
    }

    /** The quotas that were set through the API. */
    public Reloadable<PolicyLayer> overlay() {
        return overlay;
    }

    /** Where the latter are written; empty: none can be set. */
    public Optional<QuotasOverlay> overlayFile() {
        return overlayFile;
    }

    /** Why one of the files can't be used; empty: both can. */
    public Optional<Staleness> staleness() {
        return file.staleness().or(overlay::staleness);
    }

    /** Begins to follow the files. To be called once what follows the layers listens to them. */
    public void start() {
        file.addListener(new QuotasLog("the quotas file is bad, the old quotas stay in force"));
        overlay.addListener(new QuotasLog("the file of quotas set through the API is bad, the old ones stay in force"));
        pollers.forEach(SourcePoller::start);
    }

    @Override
    public void close() {
        pollers.forEach(SourcePoller::close);
    }

    private record QuotasLog(String rejected) implements ReloadListener<PolicyLayer> {
        @Override
        public void onLoaded(PolicyLayer quotas, List<ConfigProblem> problems) {
            problems.forEach(warning -> LOG.warn("{}", warning.text()));
            LOG.info("new quotas are in force");
        }

        @Override
        public void onRejected(Staleness staleness, List<ConfigProblem> problems) {
            LOG.error("{}", rejected);
            problems.forEach(problem -> LOG.error("{}", problem.text()));
        }
    }
}
