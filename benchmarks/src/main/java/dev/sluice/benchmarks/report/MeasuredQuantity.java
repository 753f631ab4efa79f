package dev.sluice.benchmarks.report;

import java.util.Locale;

/**
 * A quantity that is measured for each proxy in each round.
 *
 * @param title with its case, such as {@code CPU per request, GET 1 KiB}
 * @param unit of the absolute numbers
 * @param decimals of the absolute numbers
 */
public record MeasuredQuantity(String title, String unit, int decimals) {
    String text(double value) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}
