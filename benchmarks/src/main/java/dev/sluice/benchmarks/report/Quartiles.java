package dev.sluice.benchmarks.report;

import java.util.List;
import java.util.Locale;

/** The middle and the spread of a few numbers. Says nothing of the tails: rounds are too few for that. */
record Quartiles(double lower, double median, double upper) {
    /** Of at least one number; between two of them, linearly. */
    static Quartiles of(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        if (sorted.length == 0) {
            throw new IllegalArgumentException("no numbers");
        }
        return new Quartiles(at(sorted, 0.25), at(sorted, 0.5), at(sorted, 0.75));
    }

    private static double at(double[] sorted, double part) {
        double place = part * (sorted.length - 1);
        int below = (int) Math.floor(place);
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    /** {@code 0.82 (0.80-0.85)}. */
    String text() {
        return String.format(Locale.ROOT, "%.2f (%.2f-%.2f)", median, lower, upper);
    }
}
