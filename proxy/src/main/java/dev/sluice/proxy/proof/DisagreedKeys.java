package dev.sluice.proxy.proof;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Access keys whose signature RGW read in another way than this sidecar: for {@value #MINUTES} minutes they are proven by
 * responses alone. A table of fixed size, in which a newer key takes the place of an older one. Thread-safe.
 */
final class DisagreedKeys {
    /** How long a key is not checked. */
    static final int MINUTES = 10;

    private static final long NANOS = TimeUnit.MINUTES.toNanos(MINUTES);
    private static final int SLOTS = 1024;

    private final AtomicLongArray hashes = new AtomicLongArray(SLOTS);
    private final AtomicLongArray untilNanos = new AtomicLongArray(SLOTS);

    void add(long keyHash, long nowNanos) {
        int slot = slot(keyHash);
        untilNanos.set(slot, nowNanos + NANOS);
        hashes.set(slot, keyHash);
    }

    boolean contains(long keyHash, long nowNanos) {
        int slot = slot(keyHash);
        return hashes.get(slot) == keyHash && untilNanos.get(slot) - nowNanos > 0;
    }

    private static int slot(long keyHash) {
        return (int) keyHash & SLOTS - 1;
    }
}
