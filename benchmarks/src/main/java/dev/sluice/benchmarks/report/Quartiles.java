package dev.sluice.benchmarks.report;

import java.util.List;
import java.util.Locale;

/** Median and quartiles of a few numbers. Rounds are too few for statements about tails. */
record Quartiles(double lower, double median, double upper) {
    /** Computes them from at least one number, with linear interpolation. */
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

    /** Text such as {@code 0.82 (0.80-0.85)}. */
    String text() {
        return String.format(Locale.ROOT, "%.2f (%.2f-%.2f)", median, lower, upper);
    }
}
