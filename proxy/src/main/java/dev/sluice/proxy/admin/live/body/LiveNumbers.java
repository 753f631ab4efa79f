package dev.sluice.proxy.admin.live.body;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Optional;

/** Numbers for people: four digits, and whole ones without a point. What is not known is empty, and {@code null} in JSON. */
public final class LiveNumbers {
    private static final MathContext DIGITS = new MathContext(4);
    /** Whole numbers are exact up to here. */
    private static final double WHOLE_MAX = 1e15;

    private LiveNumbers() {}

    /** The number; NaN counts as 0. */
    public static Number of(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return 0L;
        }
        if (value == Math.rint(value) && Math.abs(value) < WHOLE_MAX) {
            return (long) value;
        }
        double rounded = BigDecimal.valueOf(value).round(DIGITS).doubleValue();
        return rounded == Math.rint(rounded) && Math.abs(rounded) < WHOLE_MAX
                ? (Number) (long) rounded
                : (Number) rounded;
    }

    /** The number; empty of NaN. */
    public static Optional<Number> optional(double value) {
        return Double.isNaN(value) ? Optional.empty() : Optional.of(of(value));
    }

    /** A moment of the wall clock in seconds, to the millisecond. */
    public static double seconds(long wallMillis) {
        return wallMillis / 1e3;
    }
}
