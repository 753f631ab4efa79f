package dev.sluice.proxy.app;

import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.model.Policy;
import dev.sluice.policy.hocon.Problem;
import dev.sluice.policy.identity.IdentityDirectory;
import dev.sluice.policy.limitsfile.LimitsWatcher;
import dev.sluice.policy.limitsfile.LoadedLimits;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts limits into force when their file has changed, and remembers when the file is bad and the old ones stay. */
final class LimitsState implements LimitsWatcher.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(LimitsState.class);

    private final Admission admission;
    private final IdentityDirectory directory;
    private final LongSupplier nanoClock;
    private final Consumer<Policy> inForce;
    private volatile Optional<Stale> stale = Optional.empty();
    private final LongAdder loads = new LongAdder();
    private final LongAdder rejects = new LongAdder();

    /**
     * The file can't be used; the limits in force are older.
     *
     * @param firstProblem file, line, key and what would be right
     */
    record Stale(long sinceWallMillis, String firstProblem) {}

    /** @param inForce told of the limits each time that they come into force */
    LimitsState(Admission admission, IdentityDirectory directory, LongSupplier nanoClock, Consumer<Policy> inForce) {
        this.inForce = inForce;
        this.admission = admission;
        this.directory = directory;
        this.nanoClock = nanoClock;
    }

    @Override
    public void onLoaded(LoadedLimits limits, List<Problem> warnings) {
        directory.replace(limits.accessKeys(), limits.systemUsers());
        admission.policy(limits.policy(), nanoClock.getAsLong());
        inForce.accept(limits.policy());
        stale = Optional.empty();
        loads.increment();
        warnings.forEach(warning -> LOG.warn("{}", warning.text()));
        LOG.info("new limits are in force");
    }

    @Override
    public void onRejected(List<Problem> problems, long sinceWallMillis) {
        String first = problems.isEmpty() ? "" : problems.get(0).text();
        stale = Optional.of(new Stale(sinceWallMillis, first));
        rejects.increment();
        LOG.error("the limits file is bad, the old limits stay in force");
        problems.forEach(problem -> LOG.error("{}", problem.text()));
    }

    Optional<Stale> stale() {
        return stale;
    }

    /** How often changed limits came into force. */
    long loads() {
        return loads.sum();
    }

    /** How often a changed file was bad. */
    long rejects() {
        return rejects.sum();
    }
}
