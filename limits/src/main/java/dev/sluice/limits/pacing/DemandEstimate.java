package dev.sluice.limits.pacing;

import dev.sluice.limits.admission.Pacer;

/**
 * How much is asked of one limit on this node, a second: smoothed while nothing unusual happens, and at once the new rate
 * when the count leaves what chance allows. Chance brings whole quanta: operations, or what a transfer moves at a time. Belongs to who holds the {@link Pacer}'s turn.
 *
 * <p>What is told to others counts for this node itself one interval later, when they have heard it: else the shares
 * of all would add up to more than the limit while views differ.
 */
public final class DemandEstimate {
    /** How many standard deviations of a Poisson count make the count of an interval the new demand. */
    private static final double SIGNIFICANT = 4;
    /** What chance brings once in e^10, or 22,000 times, is a surprise. */
    private static final double UNLIKELY = 10;
    /** Once in 20 times: a surprise where the limit is at stake. */
    private static final double NOTICEABLE = 3;

    private static final double EXPECTED_LEAST = 0.01;

    private static final double SMOOTHING_SECONDS = 0.3;
    private static final double SMALLEST = 1e-3;

    private double perSecond;
    private double said;
    private double mine;

    /**
     * Whether {@code asked} in that time is more than chance explains: a Poisson count of the expected mean m reaches n
     * with a probability of at most exp(n - m) (m / n)^n (Chernoff). Of a handful of requests this tells far more than their
     * standard deviation, which is as large as they are.
     *
     * @param bearable how much more than expected may be asked for without the limit being at stake
     */
    public boolean isSurprise(long asked, double seconds, double quantum, double bearable) {
        double expected = perSecond * seconds;
        double odds = asked - expected > bearable ? NOTICEABLE : UNLIKELY;
        double count = asked / quantum;
        double mean = Math.max(expected / quantum, EXPECTED_LEAST);
        return count >= 2 && count > mean && count * Math.log(count / mean) - count + mean > odds;
    }

    /**
     * Takes the count of an interval; what is told to others from here on is {@link #said()}.
     *
     * @param least a second; what is asked for may not show in the count
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
        mine = said;
        said = DemandRate.rounded(Math.max(perSecond, least));
    }

    /** What others are told. */
    public double said() {
        return said;
    }

    /** What counts here: what others have been told before. */
    public double mine() {
        return mine;
    }
}
