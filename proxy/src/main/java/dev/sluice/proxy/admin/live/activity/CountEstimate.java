package dev.sluice.proxy.admin.live.activity;

/**
 * Turns a count that only grows, and is known from time to time, into its growth in each tick. Between two messages it goes on
 * as it did between the two before, for a short while; what it adds up to is the count. Owned by the view.
 */
public final class CountEstimate {
    /** A message comes each second, and may be late. */
    private static final long EXTRAPOLATED_NANOS_MAX = 1_500_000_000L;
    /** Two messages that a stalled link brings at once do not tell a speed. */
    private static final long INTERVAL_NANOS_MIN = 800_000_000L;

    private boolean isBegun;
    private long count;
    private long countNanos;
    private double perNano;
    private double shown;

    /** Nothing is known. */
    public CountEstimate() {}

    /**
     * The growth since the last tick.
     *
     * @param latest the last count that came
     * @param receivedNanos when it came
     */
    public double advance(long latest, long receivedNanos, long nowNanos) {
        if (!isBegun || latest < count) {
            // A count that falls has begun anew: what it was before is not known to have grown.
            begin(latest, receivedNanos);
            return 0;
        }
        if (receivedNanos != countNanos) {
            perNano = (double) (latest - count) / Math.max(INTERVAL_NANOS_MIN, receivedNanos - countNanos);
            count = latest;
            countNanos = receivedNanos;
        }
        double more = perNano * Math.min(Math.max(0, nowNanos - countNanos), EXTRAPOLATED_NANOS_MAX);
        double now = Math.max(shown, count + more);
        double growth = now - shown;
        shown = now;
        return growth;
    }

    private void begin(long latest, long receivedNanos) {
        isBegun = true;
        count = latest;
        countNanos = receivedNanos;
        perNano = 0;
        shown = latest;
    }
}
