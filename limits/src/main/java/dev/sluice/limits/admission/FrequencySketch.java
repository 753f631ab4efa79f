package dev.sluice.limits.admission;

import dev.sluice.limits.model.SubjectId;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Estimates how often subjects without an account were seen lately: a count-min sketch that forgets by halving (TinyLFU,
 * Einziger, Friedman, Manes 2017), with half a byte a counter and four counters a subject. The estimate is never too low.
 * Fewer than one in a hundred subjects that were seen once are taken for one that was seen several times.
 *
 * <p>Safe for concurrent use; a race may lose a count.
 */
final class FrequencySketch {
    private static final int COUNTERS_PER_SUBJECT = 8;
    private static final int COUNTERS_PER_LONG = 16;
    private static final int ROWS = 4;
    private static final int COUNT_MAX = 15;
    private static final long HALVES = 0x7777_7777_7777_7777L;
    private static final int SUBJECTS_MAX = 1 << 24;

    private final AtomicLongArray counters;
    private final AtomicInteger seen = new AtomicInteger();
    private final int sample;

    /**
     * Creates an empty sketch.
     *
     * @param subjects how many are distinguished at a time
     */
    FrequencySketch(int subjects) {
        int wanted = Math.max(COUNTERS_PER_LONG, Math.min(subjects, SUBJECTS_MAX) * COUNTERS_PER_SUBJECT);
        int count = Integer.highestOneBit(wanted - 1) << 1;
        counters = new AtomicLongArray(count / COUNTERS_PER_LONG);
        sample = count / ROWS;
    }

    /** Counts a subject and returns how often it was seen lately, this time included; at most 15. */
    int see(SubjectId id) {
        int least = COUNT_MAX;
        for (int row = 0; row < ROWS; row++) {
            long bits = row < 2 ? id.high() : id.low();
            least = Math.min(least, increment((int) (bits >>> (32 * (row & 1)))));
        }
        if (seen.incrementAndGet() == sample) {
            halve();
        }
        return least;
    }

    private int increment(int hash) {
        int index = hash >>> 4 & counters.length() - 1;
        int shift = (hash & COUNTERS_PER_LONG - 1) * 4;
        long word = counters.get(index);
        int count = (int) (word >>> shift) & COUNT_MAX;
        if (count == COUNT_MAX) {
            return count;
        }
        counters.compareAndSet(index, word, word + (1L << shift));
        return count + 1;
    }

    private void halve() {
        for (int i = 0; i < counters.length(); i++) {
            counters.updateAndGet(i, word -> word >>> 1 & HALVES);
        }
        seen.set(sample / 2);
    }
}
