package dev.sluice.proxy.loop;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The {@link DurationCounts} of some event loops together, at one time. Immutable. */
public final class DurationSums {
    /** Nothing was counted. */
    public static final DurationSums NONE = new DurationSums(new long[DurationCounts.CLASSES + 1]);

    private final long[] sums;

    private DurationSums(long[] sums) {
        this.sums = sums;
    }

    static DurationSums of(Iterable<DurationCounts> loops) {
        long[] sums = new long[DurationCounts.CLASSES + 1];
        loops.forEach(counts -> counts.addTo(sums));
        return new DurationSums(sums);
    }

    /**
     * Of counts that came from elsewhere.
     *
     * @param classes at most {@link DurationCounts#CLASSES}
     */
    public static DurationSums ofClasses(long[] classes) {
        return new DurationSums(Arrays.copyOf(classes, DurationCounts.CLASSES + 1));
    }

    /** How many there are of a class. */
    public long count(int index) {
        return sums[index];
    }

    /** How many there are of each class. */
    public List<Long> classes() {
        return Arrays.stream(sums).limit(DurationCounts.CLASSES).boxed().toList();
    }

    /** How many there are. */
    public long count() {
        long count = 0;
        for (int i = 0; i < DurationCounts.CLASSES; i++) {
            count += sums[i];
        }
        return count;
    }

    /** How long all took together. */
    public double sumSeconds() {
        return sums[DurationCounts.CLASSES] * 1e-9;
    }

    /** Both together. */
    public DurationSums plus(DurationSums other) {
        return combined(other, 1);
    }

    /** What was counted since; of a count that has begun anew, nothing. */
    public DurationSums since(DurationSums before) {
        return combined(before, -1);
    }

    private DurationSums combined(DurationSums other, int sign) {
        long[] result = new long[sums.length];
        for (int i = 0; i < sums.length; i++) {
            result[i] = Math.max(0, sums[i] + sign * other.sums[i]);
        }
        return new DurationSums(result);
    }

    /**
     * What a part of all did not exceed, in seconds, as Prometheus' {@code histogram_quantile} estimates it: evenly spread in
     * each class.
     *
     * @param part 0.5 for the median
     * @return empty: nothing was counted
     */
    public Optional<Double> quantileSeconds(double part) {
        long count = count();
        if (count == 0) {
            return Optional.empty();
        }
        double rank = part * count;
        double below = 0;
        for (int i = 0; i < DurationCounts.CLASSES - 1; i++) {
            if (sums[i] > 0 && below + sums[i] >= rank) {
                double from = i == 0 ? 0 : DurationCounts.boundSeconds(i - 1);
                double to = DurationCounts.boundSeconds(i);
                return Optional.of(from + (to - from) * (rank - below) / sums[i]);
            }
            below += sums[i];
        }
        return Optional.of(DurationCounts.boundSeconds(DurationCounts.CLASSES - 2));
    }
}
