package dev.sluice.proxy.app;

import dev.sluice.policy.hocon.Problem;
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

    /**
     * Follows nothing yet.
     *
     * @param first what the file held at the start
     * @param publisher is given each later snapshot of limits and identities, to bring it into force
     */
    PolicySources(Path limitsFile, PolicyLayer first, Consumer<PolicySnapshot> publisher) {
        this.limitsFile = new Reloadable<>(first);
        this.limitsFilePoller = LimitsFileSource.poller(limitsFile, this.limitsFile);
        // in order of precedence
        var unused = new PolicyMerger(List.of(this.limitsFile), publisher);
        // behind the merger's listener: logs what is in force already
        this.limitsFile.addListener(new LimitsFileLog());
    }

    /** Begins to follow the sources. */
    void start() {
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
        public void onLoaded(PolicyLayer limits, List<Problem> problems) {
            problems.forEach(warning -> LOG.warn("{}", warning.text()));
            LOG.info("new limits are in force");
        }

        @Override
        public void onRejected(Staleness staleness, List<Problem> problems) {
            LOG.error("the limits file is bad, the old limits stay in force");
            problems.forEach(problem -> LOG.error("{}", problem.text()));
        }
    }
}
