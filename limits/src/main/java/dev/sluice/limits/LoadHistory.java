package dev.sluice.limits;

/**
 * Where a limit's load has been lately: the part of this node is the weight by which it gets what nobody asks for.
 * The parts of all nodes add up to 1. Belongs to who holds the {@link Pacer}'s turn.
 *
 * <p>A node's own load enters one interval late, as that of the others does.
 */
final class LoadHistory {
    private static final double MEMORY_SECONDS = 30;
    /** In seconds of the limit: so much load counts as spread evenly before anything was seen. */
    private static final double PRIOR_SECONDS = 0.1;

    private double own;
    private double all;
    private long ownUncounted;
    private long decayedNanos;

    LoadHistory(long nowNanos) {
        decayedNanos = nowNanos;
    }

    /** This node admitted so much since the last call; called at each report. */
    void admitted(long amount) {
        own += ownUncounted;
        all += ownUncounted;
        ownUncounted = amount;
    }

    /** What this node admitted, as far as it is remembered. */
    double own() {
        return own;
    }

    /** Others admitted so much. */
    void admittedElsewhere(long amount) {
        all += amount;
    }

    /**
     * The part of this node.
     *
     * @param live nodes that are heard, this one included
     * @return above 0, at most 1
     */
    double part(int live, double limitPerSecond, long nowNanos) {
        double keep = Math.exp(-(nowNanos - decayedNanos) / (MEMORY_SECONDS * 1e9));
        decayedNanos = nowNanos;
        own *= keep;
        all *= keep;
        double prior = Math.max(PRIOR_SECONDS * limitPerSecond, 1e-9);
        return Math.min(1, (own + prior / live) / (all + prior));
    }
}
