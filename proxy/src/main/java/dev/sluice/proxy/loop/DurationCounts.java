package dev.sluice.proxy.loop;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How long something took, counted in classes from 100 us to a minute. One event loop writes, without a lock, without an
 * atomic instruction and without allocation; any thread reads, and may miss the last few.
 */
public final class DurationCounts {
    private static final long MICRO_NANOS = 1_000L;
    private static final long[] BOUNDS_NANOS = {
        100 * MICRO_NANOS,
        250 * MICRO_NANOS,
        500 * MICRO_NANOS,
        1_000 * MICRO_NANOS,
        2_500 * MICRO_NANOS,
        5_000 * MICRO_NANOS,
        10_000 * MICRO_NANOS,
        25_000 * MICRO_NANOS,
        50_000 * MICRO_NANOS,
        100_000 * MICRO_NANOS,
        250_000 * MICRO_NANOS,
        500_000 * MICRO_NANOS,
        1_000_000 * MICRO_NANOS,
        2_500_000 * MICRO_NANOS,
        5_000_000 * MICRO_NANOS,
        10_000_000 * MICRO_NANOS,
        30_000_000 * MICRO_NANOS,
        60_000_000 * MICRO_NANOS
    };

    /** How many classes there are; the last one has no upper bound. */
    public static final int CLASSES = BOUNDS_NANOS.length + 1;

    private static final int SUM = CLASSES;

    /** By class, and the sum of all in nanoseconds behind them. */
    private final AtomicLongArray counts = new AtomicLongArray(CLASSES + 1);

    /** Counts one; below 0 counts as 0. The owning loop only. */
    void add(long nanos) {
        int i = 0;
        while (i < BOUNDS_NANOS.length && nanos > BOUNDS_NANOS[i]) {
            i++;
        }
        counts.setOpaque(i, counts.getPlain(i) + 1);
        counts.setOpaque(SUM, counts.getPlain(SUM) + Math.max(0, nanos));
    }

    /** Adds the counts of all classes to others, and the sum. Any thread. */
    void addTo(long[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += counts.getOpaque(i);
        }
    }

    /** The upper bound of a class in seconds, inclusive; infinite for the last one. */
    public static double boundSeconds(int index) {
        return index < BOUNDS_NANOS.length ? BOUNDS_NANOS[index] * 1e-9 : Double.POSITIVE_INFINITY;
    }
}
