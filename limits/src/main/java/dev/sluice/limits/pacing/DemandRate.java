package dev.sluice.limits.pacing;

/**
 * Rates of demand as they are reported to other nodes: 16 bits, a floating point number with a mantissa of 10 bits and an
 * exponent of 6, in steps of 1/1024 a second at the lowest. Exact to 0.2 %. The node that reports counts with the same
 * rounded number as the nodes that receive it, so that all divide the limit alike.
 */
public final class DemandRate {
    private static final double UNIT = 1024;
    private static final int MANTISSA_BITS = 10;
    private static final int EXPONENT_MAX = 52;

    private DemandRate() {}

    /** The code of a rate, 0 to 65,535. */
    public static int encode(double perSecond) {
        long units = Math.round(Math.max(0, perSecond) * UNIT);
        int exponent = Math.min(EXPONENT_MAX, Math.max(0, 64 - Long.numberOfLeadingZeros(units) - MANTISSA_BITS));
        long mantissa = Math.min(units >> exponent, (1 << MANTISSA_BITS) - 1);
        return (int) (exponent << MANTISSA_BITS | mantissa);
    }

    /** The rate of a code. A code that {@link #encode} never makes has a rate too. */
    public static double decode(int code) {
        int exponent = Math.min(code >> MANTISSA_BITS & 63, EXPONENT_MAX);
        return (double) ((long) (code & (1 << MANTISSA_BITS) - 1) << exponent) / UNIT;
    }

    /** The rate that others decode when this one is reported. */
    public static double rounded(double perSecond) {
        return decode(encode(perSecond));
    }
}
