package dev.sluice.proxy.app;

import dev.sluice.policy.keys.CurveFiles;
import dev.sluice.policy.keys.CurveKeys;
import dev.sluice.policy.keys.CurveWatcher;
import dev.sluice.policy.settings.SyncTrust;
import dev.sluice.sync.Bus;
import dev.sluice.sync.zmq.KeyRing;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands the bus the keys that are in the files, and remembers what is wrong with these. Thread-safe. */
public final class SyncKeys implements CurveWatcher.Listener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SyncKeys.class);

    private final Bus bus;
    private final CurveWatcher watcher;
    private final LongAdder changes = new LongAdder();
    private volatile String problem = "";

    private SyncKeys(Bus bus, SyncTrust.ListedKeys trust) {
        this.bus = bus;
        this.watcher = new CurveWatcher(trust.files(), trust.keys(), this);
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
        keys.watcher.start();
        return Optional.of(keys);
    }

    @Override
    public void onChanged(CurveKeys keys, List<CurveFiles.Fault> faults) {
        bus.setKeys(ring(keys));
        changes.increment();
        problem = faults.isEmpty() ? "" : faults.get(0).toString();
        LOG.info(
                "the bus now goes by its key {} and {} allowed ones",
                keys.own().publicKey(),
                keys.allowed().size());
        faults.forEach(fault -> LOG.error("{}", fault));
    }

    /** What is wrong with the files, the first of it; empty: nothing. */
    public String problem() {
        return problem;
    }

    /** How often other keys came into use. */
    public long changes() {
        return changes.sum();
    }

    @Override
    public void close() {
        watcher.close();
    }
}
