package dev.sluice.proxy.http;

import java.util.concurrent.atomic.AtomicLong;

/** A clock that a test moves: timeouts come when it says so. */
final class SteppedClock {
    private final AtomicLong nanos = new AtomicLong();

    long now() {
        return nanos.get();
    }

    void advanceMillis(long millis) {
        nanos.addAndGet(millis * 1_000_000L);
    }
}
