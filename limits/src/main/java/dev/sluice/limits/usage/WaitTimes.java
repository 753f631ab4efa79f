package dev.sluice.limits.usage;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** How long requests waited for room, in classes. Thread-safe. */
public final class WaitTimes {
    private static final long MILLI_NANOS = 1_000_000L;
    private static final long[] BOUNDS_MILLIS = {
        1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 60_000
    };

    private final LongAdder[] counts = new LongAdder[BOUNDS_MILLIS.length + 1];
    private final LongAdder sumNanos = new LongAdder();

    /** No request waited yet. */
    public WaitTimes() {
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new LongAdder();
        }
    }

    /** A request waited so long. */
    public void add(long nanos) {
        int i = 0;
        while (i < BOUNDS_MILLIS.length && nanos > BOUNDS_MILLIS[i] * MILLI_NANOS) {
            i++;
        }
        counts[i].increment();
        sumNanos.add(nanos);
    }

    /** The upper bounds of the classes, all but the last, in seconds. */
    public static List<Double> boundsSeconds() {
        List<Double> bounds = new ArrayList<>();
        for (long millis : BOUNDS_MILLIS) {
            bounds.add(millis / 1_000.0);
        }
        return List.copyOf(bounds);
    }

    /** How many requests waited so long, by class; the last class has no bound. */
    public List<Long> counts() {
        List<Long> sums = new ArrayList<>();
        for (LongAdder count : counts) {
            sums.add(count.sum());
        }
        return List.copyOf(sums);
    }

    /** How long all of them waited together, in seconds. */
    public double sumSeconds() {
        return sumNanos.sum() * 1e-9;
    }
}
