package dev.sluice.proxy.app.log;

import dev.sluice.policy.hocon.ConfigProblem;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.policy.source.ReloadListener;
import dev.sluice.policy.source.Staleness;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs what becomes of changes of a limits file: what is different now, or what is wrong. Belongs to the file's watcher. */
public final class LimitsFileLog implements ReloadListener<PolicyLayer> {
    private static final Logger LOG = LoggerFactory.getLogger(LimitsFileLog.class);
    private static final int LINES_MAX = 20;

    private final String file;
    private PolicyLayer before;

    /**
     * A log of a file's changes.
     *
     * @param file for people
     * @param first what it held at the start
     */
    public LimitsFileLog(String file, PolicyLayer first) {
        this.file = file;
        this.before = first;
    }

    @Override
    public void onLoaded(PolicyLayer limits, List<ConfigProblem> problems) {
        problems.forEach(warning -> LOG.warn("{}", warning.text()));
        LimitsChange change = LimitsChange.between(before, limits, LINES_MAX);
        before = limits;
        LOG.info("new limits of {} are in force: {} changes", file, change.count());
        change.texts().forEach(text -> LOG.info("changed: {}", text));
        if (change.count() > LINES_MAX) {
            LOG.info("and {} more changes", change.count() - LINES_MAX);
        }
    }

    @Override
    public void onRejected(Staleness staleness, List<ConfigProblem> problems) {
        LOG.error("{} is bad, the old limits stay in force", file);
        problems.forEach(problem -> LOG.error("{}", problem.text()));
    }
}
