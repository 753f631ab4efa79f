package dev.sluice.benchmarks.bus;

import java.util.concurrent.atomic.AtomicLongArray;

/** A histogram of durations with a resolution of 1 ns. One thread adds, any other reads. */
public final class LatencyHistogram {
    private static final int NANOS_MAX = 100_000;

    /** Indexed by nanoseconds; the last slot counts all longer ones. */
    private final AtomicLongArray counts = new AtomicLongArray(NANOS_MAX + 1);

    void add(long nanos) {
        int slot = (int) Math.min(nanos, NANOS_MAX);
        counts.lazySet(slot, counts.get(slot) + 1);
    }

    /** The duration that this part of all took at most, in ns; 0 if nothing was added. */
    public long quantileNanos(double part) {
        long all = 0;
        for (int i = 0; i <= NANOS_MAX; i++) {
            all += counts.get(i);
        }
        if (all == 0) {
            return 0;
        }
        long left = (long) (part * all);
        for (int i = 0; i <= NANOS_MAX; i++) {
            left -= counts.get(i);
            if (left < 0) {
                return i;
            }
        }
        return NANOS_MAX;
    }
}
