package dev.sluice.proxy.proof;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * How many requests of each access key are at RGW whose sender is not proven. Keys are told apart by a keyed hash; a few
 * may share a count, which is then too high for each. Thread-safe.
 */
final class UnprovenInFlight {
    /** The most of one key. */
    static final int OF_A_KEY_MAX = 64;

    private static final int COUNTS = 1 << 14;

    private final AtomicIntegerArray counts = new AtomicIntegerArray(COUNTS);

    int of(long keyHash) {
        return counts.get(slot(keyHash));
    }

    void begin(long keyHash) {
        counts.incrementAndGet(slot(keyHash));
    }

    void end(long keyHash) {
        counts.decrementAndGet(slot(keyHash));
    }

    private static int slot(long keyHash) {
        return (int) keyHash & COUNTS - 1;
    }
}
