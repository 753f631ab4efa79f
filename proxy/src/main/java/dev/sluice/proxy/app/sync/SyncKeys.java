package dev.sluice.proxy.app.sync;

import dev.sluice.policy.hocon.ConfigProblem;
import dev.sluice.policy.keys.CurveKeys;
import dev.sluice.policy.keys.CurveSource;
import dev.sluice.policy.settings.SyncTrust;
import dev.sluice.policy.source.ReloadListener;
import dev.sluice.policy.source.Reloadable;
import dev.sluice.policy.source.SourcePoller;
import dev.sluice.policy.source.Staleness;
import dev.sluice.proxy.admin.metrics.SluiceMetrics;
import dev.sluice.sync.Bus;
import dev.sluice.sync.config.KeyRing;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The keys of the bus, followed in their files: changed ones are handed to the bus. Thread-safe. */
final class SyncKeys implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SyncKeys.class);

    private final Reloadable<CurveKeys> keys;
    private final SourcePoller<CurveKeys> poller;

    private SyncKeys(Bus bus, SyncTrust.ListedKeys trust) {
        this.keys = new Reloadable<>(trust.keys());
        this.keys.addListener(new BusUpdate(bus));
        this.poller = CurveSource.poller(trust.files(), keys);
    }

    /** What the bus starts with; empty: without keys. */
    static Optional<KeyRing> ring(SyncTrust trust) {
        return trust instanceof SyncTrust.ListedKeys listed ? Optional.of(ring(listed.keys())) : Optional.empty();
    }

    private static KeyRing ring(CurveKeys keys) {
        return new KeyRing(keys.own().publicKey(), keys.own().secretKey(), keys.allowed());
    }

    /** Begins to follow the files; empty: there are none. */
    static Optional<SyncKeys> follow(Bus bus, SyncTrust trust) {
        if (!(trust instanceof SyncTrust.ListedKeys listed)) {
            return Optional.empty();
        }
        SyncKeys keys = new SyncKeys(bus, listed);
        keys.poller.start();
        return Optional.of(keys);
    }

    /** The first thing that is wrong with the files; empty: nothing. */
    String problem() {
        return keys.staleness().map(Staleness::firstProblem).orElse("");
    }

    void bind(SluiceMetrics to) {
        to.counter(
                "sluice.sync.key.changes", "Times that other keys of the bus came into use", keys, Reloadable::loads);
        to.gauge(
                "sluice.sync.keys.stale",
                "1 while a key file of the bus is bad",
                keys,
                k -> k.staleness().isPresent() ? 1 : 0);
    }

    @Override
    public void close() {
        poller.close();
    }

    private record BusUpdate(Bus bus) implements ReloadListener<CurveKeys> {
        @Override
        public void onLoaded(CurveKeys keys, List<ConfigProblem> problems) {
            bus.setKeys(ring(keys));
            LOG.info(
                    "the bus uses its key {} and {} allowed keys",
                    keys.own().publicKey(),
                    keys.allowed().size());
        }

        @Override
        public void onRejected(Staleness staleness, List<ConfigProblem> problems) {
            LOG.error("some key files of the bus are bad, keys that can't be read stay as they are");
            problems.stream().filter(ConfigProblem::isError).forEach(problem -> LOG.error("{}", problem.text()));
        }
    }
}
