package dev.sluice.limits.pacing;

/**
 * The demand on this node for one limit, a second. It is smoothed while the counts stay within what chance explains, and
 * is set to the new rate at once when they don't. Chance brings whole quanta: operations, or what a transfer moves at a
 * time. Not thread-safe.
 *
 * <p>What is reported counts for this node itself one interval later, when the others have received it. The shares of all
 * nodes would else add up to more than the limit while views differ.
 */
public final class DemandEstimate {
    /** How many standard deviations of a Poisson count make the count of an interval the new demand. */
    private static final double SIGNIFICANT = 4;
    /** A count that chance brings once in e^10, or 22,000 times, is urgent. */
    private static final double UNLIKELY = 10;
    /** Once in 20 times: urgent where the limit is at stake. */
    private static final double NOTICEABLE = 3;

    private static final double EXPECTED_LEAST = 0.01;

    private static final double SMOOTHING_SECONDS = 0.3;
    private static final double SMALLEST = 1e-3;

    private double perSecond;
    private double reported;
    private double known;

    /**
     * Whether {@code asked} in that time is more than chance explains. A Poisson count of the expected mean m reaches n
     * with a probability of at most exp(n - m) (m / n)^n (Chernoff). For a handful of requests this is far sharper than
     * their standard deviation, which is as large as they are.
     *
     * @param bearable how much more than expected may be asked for without the limit being at stake
     */
    public boolean isUrgent(long asked, double seconds, double quantum, double bearable) {
        double expected = perSecond * seconds;
        double odds = asked - expected > bearable ? NOTICEABLE : UNLIKELY;
        double count = asked / quantum;
        double mean = Math.max(expected / quantum, EXPECTED_LEAST);
        return count >= 2 && count > mean && count * Math.log(count / mean) - count + mean > odds;
    }

    /**
     * Takes the count of an interval, and sets what is {@link #reported} from here on.
     *
     * @param least what the demand is at least, a second, where it doesn't show in the count
     */
    public void measure(long asked, double seconds, double quantum, double least) {
        double expected = perSecond * seconds;
        double rate = asked / seconds;
        if (Math.abs(asked - expected) > SIGNIFICANT * Math.sqrt(Math.max((double) asked, expected) * quantum)) {
            perSecond = rate;
        } else {
            perSecond += (1 - Math.exp(-seconds / SMOOTHING_SECONDS)) * (rate - perSecond);
        }
        if (perSecond < SMALLEST * quantum) {
            perSecond = 0;
        }
        known = reported;
        reported = DemandRate.rounded(Math.max(perSecond, least));
    }

    /** What is reported to the others. */
    public double reported() {
        return reported;
    }

    /** What the others know, and what counts here: the report before. */
    public double known() {
        return known;
    }
}
