package dev.sluice.limits.pacing;

/** How a node hands out the requests that its share admits. */
public enum ReleaseMode {
    /** As tokens flow in. Also where each operation is reported at once: then all nodes may save up a few tokens. */
    STEADY,

    /**
     * Without feedback. The node demands clearly less than the max-min level, to which the others are held. What the others
     * admit is reported an interval at a time, and would each time shut this node out though it takes nothing from them.
     */
    UNSTEERED,

    /**
     * One token at a time. Less than a quantum flows in between two reports, and far more is asked for. Almost two tokens are
     * saved up, because requests come by chance; more would admit what chance brings together. Nodes that start in this mode
     * together, as all do in a flash, start at random parts of a token: their tokens would else stay in step.
     */
    ONE_BY_ONE,

    /**
     * With a probability, which is the part of the demand that the share admits. Less than a quantum flows in between two
     * reports, and about as much is asked for; or so little flows that saving up a token takes too long.
     */
    PROBABILISTIC;

    /** Far more is asked for where all nodes together get less than that part of it. */
    private static final double FAR_MORE = 0.75;
    /** A node that demands less than that part of the level isn't refused. */
    private static final double NEAR_LEVEL = 0.95;
    /** In quanta between two reports: below it admission is probabilistic, whatever is asked for. */
    private static final double QUANTA_MIN = 0.3;

    private static final double SAVED_ONE_BY_ONE = 1.7;
    /**
     * When each of many nodes may be a token off, the fullest second is some 6 % of a small limit beyond the mean
     * (64 nodes, 300 a second): the mean is lowered by what the unused part has room for.
     */
    private static final double AIM_ONE_BY_ONE = 0.99;

    /**
     * The mode for a limit on operations. Transfers are always steady.
     *
     * @param asked of this node, a second, whether the others have received it or not
     */
    public static ReleaseMode of(PacingParameters tuning, Share share, double asked) {
        if (share.chanceOfAll() < 1 && asked < clearlyLess(tuning, share)) {
            return UNSTEERED;
        }
        if (tuning.reportsEach()) {
            return STEADY;
        }
        double expected = share.perSecond() * tuning.syncDelaySeconds() / tuning.quantum();
        double most = Math.min(
                share.levelPerSecond() * tuning.syncDelaySeconds() / tuning.quantum(), tuning.gain() * expected);
        boolean refuses = share.chanceOfAll() < FAR_MORE && share.perSecond() >= NEAR_LEVEL * share.levelPerSecond();
        if (refuses && expected < 1 && most >= QUANTA_MIN && !tuning.steersByRoom()) {
            return ONE_BY_ONE;
        }
        return most < 1 ? PROBABILISTIC : STEADY;
    }

    /**
     * The demand, a second, below which a node demands clearly less than the level: less by more than the standard deviation
     * of what chance brings in a sync delay at the level. Below a level of one quantum no node does.
     */
    public static double clearlyLess(PacingParameters tuning, Share share) {
        double expected = share.levelPerSecond() * tuning.syncDelaySeconds() / tuning.quantum();
        return (expected - Math.sqrt(expected)) * tuning.quantum() / tuning.syncDelaySeconds();
    }

    /** How many quanta a node may save up at least. */
    double saved() {
        return this == ONE_BY_ONE ? SAVED_ONE_BY_ONE : 1;
    }

    /** The part of the limit that all nodes together aim at. */
    public double aim() {
        return this == ONE_BY_ONE ? AIM_ONE_BY_ONE : 1;
    }
}
