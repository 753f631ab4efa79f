package dev.sluice.limits.pacing;

import dev.sluice.limits.admission.Pacer;

/**
 * Where a limit's load has been lately: the part of this node is the weight by which it gets what nobody asks for.
 * The parts of all nodes add up to 1. Belongs to who holds the {@link Pacer}'s turn.
 *
 * <p>A node's own load enters when the others have heard of it, as theirs does here: else all would think that theirs is the greater
 * part, and what all take at once of an idle limit would be more than the whole.
 */
public final class LoadHistory {
    private static final double MEMORY_SECONDS = 30;
    /** In seconds of the limit: so much load counts as spread evenly before anything was seen. */
    private static final double PRIOR_SECONDS = 0.1;

    private double own;
    private double all;
    private long ownUnheard;
    private long decayedNanos;

    public LoadHistory(long nowNanos) {
        decayedNanos = nowNanos;
    }

    /**
     * The others are about to be told that this node admitted so much more. What is only repeated against loss isn't
     * counted: then all count less than the whole, never more. Called by the thread that reports.
     */
    public void told(long amount) {
        ownUnheard += amount;
    }

    /** They have heard what they were told before; called at each report. */
    public void heard() {
        own += ownUnheard;
        all += ownUnheard;
        ownUnheard = 0;
    }

    /** What this node admitted, as far as it is remembered. */
    public double own() {
        return own;
    }

    /** Others admitted so much. */
    public void admittedElsewhere(long amount) {
        all += amount;
    }

    /**
     * The part of this node.
     *
     * @param live nodes that are heard, this one included
     * @return above 0, at most 1
     */
    public double part(int live, double limitPerSecond, long nowNanos) {
        double keep = Math.exp(-(nowNanos - decayedNanos) / (MEMORY_SECONDS * 1e9));
        decayedNanos = nowNanos;
        own *= keep;
        all *= keep;
        double prior = Math.max(PRIOR_SECONDS * limitPerSecond, 1e-9);
        return Math.min(1, (own + prior / live) / (all + prior));
    }
}
