package dev.sluice.sync.zmq;

import dev.sluice.sync.config.KeyRing;
import java.util.Optional;
import java.util.function.Supplier;

/** The keys in force; any thread may replace them. A bus has keys from the start, or never. */
public final class CurrentKeys implements Supplier<Optional<KeyRing>> {
    private volatile Optional<KeyRing> ring;

    public CurrentKeys(Optional<KeyRing> first) {
        ring = first;
    }

    @Override
    public Optional<KeyRing> get() {
        return ring;
    }

    public void replace(KeyRing next) {
        if (ring.isEmpty()) {
            throw new IllegalStateException("this bus has no keys");
        }
        ring = Optional.of(next);
    }
}
