package dev.sluice.proxy.testing;

import java.util.concurrent.atomic.AtomicLong;

/** A clock that a test moves, so that timeouts expire when the test wants. */
public final class SteppedClock {
    private final AtomicLong nanos = new AtomicLong();

    public long now() {
        return nanos.get();
    }

    public void advanceMillis(long millis) {
        nanos.addAndGet(millis * 1_000_000L);
    }
}
