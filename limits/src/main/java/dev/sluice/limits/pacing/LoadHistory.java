package dev.sluice.limits.pacing;

/**
 * Where a limit's load has been lately. The part of this node is the weight by which it gets what no node demands. The
 * parts of all nodes add up to 1. Not thread-safe.
 *
 * <p>A node's own load enters when the others have received it, as theirs does here. Each node would else take its own load
 * for the greater part, and all together would take more than the whole of an idle limit at once.
 */
public final class LoadHistory {
    private static final double MEMORY_SECONDS = 30;
    /** In seconds of the limit: so much load counts as spread evenly before anything was seen. */
    private static final double PRIOR_SECONDS = 0.1;

    private double own;
    private double all;
    private long ownReported;
    private long decayedNanos;

    public LoadHistory(long nowNanos) {
        decayedNanos = nowNanos;
    }

    /**
     * The others are about to receive that this node admitted so much more. What is only repeated against loss isn't
     * counted: then all count less than the whole, never more. Called by the thread that reports.
     */
    public void countReported(long amount) {
        ownReported += amount;
    }

    /** The others have received what was reported before. Called at each measurement. */
    public void applyReported() {
        own += ownReported;
        all += ownReported;
        ownReported = 0;
    }

    /** Other nodes admitted so much. */
    public void countRemote(long amount) {
        all += amount;
    }

    /** Other nodes can't have admitted more than so much lately, whatever they report. */
    public void limitRemote(double most) {
        all = Math.min(all, own + most);
    }

    /** The most that a limit lets through within the memory, of a limit of {@code perSecond} with {@code atOnce} at once. */
    public static double most(double perSecond, double atOnce) {
        return MEMORY_SECONDS * perSecond + atOnce;
    }

    /**
     * The part of this node.
     *
     * @param live nodes that reach each other, this one included
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
