package dev.sluice.benchmarks.bus;

import java.util.concurrent.atomic.AtomicLongArray;

/** How long things took, to the nanosecond. One thread adds, any other reads. */
public final class LatencyHistogram {
    private static final int NANOS_MAX = 100_000;

    /** By nanoseconds; the last for all that took longer. */
    private final AtomicLongArray counts = new AtomicLongArray(NANOS_MAX + 1);

    void add(long nanos) {
        int slot = (int) Math.min(nanos, NANOS_MAX);
        counts.lazySet(slot, counts.get(slot) + 1);
    }

    /** What so much of all took at most, in ns; 0 if nothing was added. */
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
