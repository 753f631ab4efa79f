package dev.sluice.proxy.quota.server;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that bodies may take which have not come whole: without a bound, clients that send almost all of a body and
 * then nothing would fill the heap. Thread-safe.
 */
final class BodyBudget {
    private static final long HEAP_PART = 16;

    private final long bytesMax;
    private final AtomicLong used = new AtomicLong();

    BodyBudget(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** A sixteenth of the heap, and room for a few bodies in any case. */
    static BodyBudget ofThisProcess(int bodyBytes) {
        return new BodyBudget(Math.max(16L * bodyBytes, Runtime.getRuntime().maxMemory() / HEAP_PART));
    }

    boolean take(long bytes) {
        if (used.addAndGet(bytes) <= bytesMax) {
            return true;
        }
        used.addAndGet(-bytes);
        return false;
    }

    void giveBack(long bytes) {
        used.addAndGet(-bytes);
    }

    long used() {
        return used.get();
    }
}
