package dev.sluice.proxy.admin.live;

/** How limits compare: those that reject come first, then those in shadow that would, then where something waits, then use. */
final class LimitPressure {
    private static final double REJECTS = 1e12;
    private static final double WOULD_REJECT = 1e9;
    private static final double WAITING = 1e6;
    private static final double MOST = 1e3;
    private static final double NOISE = 0.1;

    private LimitPressure() {}

    /**
     * The pressure on a limit; more comes first.
     *
     * @param rejected requests a second
     * @param wouldReject likewise
     */
    static double of(double rejected, double wouldReject, double waiting, double usedRatio) {
        double use = Math.min(usedRatio, MOST);
        if (rejected > 0) {
            return REJECTS * (1 + rejected) + use;
        }
        if (wouldReject > 0) {
            return WOULD_REJECT * (1 + Math.min(wouldReject, MOST - 2)) + use;
        }
        return waiting > 0 ? WAITING * (1 + Math.min(waiting, MOST - 2)) + use : use;
    }

    /** Whether something is rejected, would be, or waits. */
    static boolean isLimited(double pressure) {
        return pressure >= WAITING;
    }

    /** Whether one takes the place of another; two that are alike don't take turns. */
    static boolean isMuchMore(double pressure, double other) {
        return pressure > 2 * other + NOISE;
    }
}
