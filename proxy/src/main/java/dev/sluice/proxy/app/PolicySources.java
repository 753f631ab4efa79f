package dev.sluice.proxy.app;

import dev.sluice.policy.hocon.ConfigProblem;
import dev.sluice.policy.limitsfile.LimitsFileSource;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.policy.source.PolicyMerger;
import dev.sluice.policy.source.PolicySnapshot;
import dev.sluice.policy.source.ReloadListener;
import dev.sluice.policy.source.Reloadable;
import dev.sluice.policy.source.SourcePoller;
import dev.sluice.policy.source.Staleness;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sources of a sidecar's limits and identities: follows them, and logs what becomes of changes. Thread-safe. */
final class PolicySources implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PolicySources.class);

    private final Reloadable<PolicyLayer> limitsFile;
    private final SourcePoller<PolicyLayer> limitsFilePoller;
    private final PolicyMerger merger;

    /**
     * Follows nothing yet.
     *
     * @param first what the file held at the start
     */
    PolicySources(Path file, PolicyLayer first) {
        limitsFile = new Reloadable<>(first);
        limitsFilePoller = LimitsFileSource.poller(file, limitsFile);
        // all sources, in order of precedence
        merger = new PolicyMerger(List.of(limitsFile));
    }

    /** The limits and identities of all sources now. */
    PolicySnapshot snapshot() {
        return merger.snapshot();
    }

    /**
     * Begins to follow the sources.
     *
     * @param publisher is given each later snapshot, to bring it into force
     */
    void start(Consumer<PolicySnapshot> publisher) {
        merger.publishTo(publisher);
        // after the merger's listener: what it logs is in force already
        limitsFile.addListener(new LimitsFileLog());
        limitsFilePoller.start();
    }

    /** The limits file: what it held when it was last good, and whether it is bad. */
    Reloadable<PolicyLayer> limitsFile() {
        return limitsFile;
    }

    @Override
    public void close() {
        limitsFilePoller.close();
    }

    private static final class LimitsFileLog implements ReloadListener<PolicyLayer> {
        @Override
        public void onLoaded(PolicyLayer limits, List<ConfigProblem> problems) {
            problems.forEach(warning -> LOG.warn("{}", warning.text()));
            LOG.info("new limits are in force");
        }

        @Override
        public void onRejected(Staleness staleness, List<ConfigProblem> problems) {
            LOG.error("the limits file is bad, the old limits stay in force");
            problems.forEach(problem -> LOG.error("{}", problem.text()));
        }
    }
}
