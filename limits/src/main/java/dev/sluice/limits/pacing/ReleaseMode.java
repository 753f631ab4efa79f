package dev.sluice.limits.pacing;

/** How a node hands out what its share lets through. */
public enum ReleaseMode {
    /** As it flows in. */
    STEADY,

    /**
     * Whatever is asked for, which is clearly less than the level, while the others are held to that. What they admit comes in
     * reports, each of an interval at once, and would shut this node out every time though it takes nothing from anybody.
     */
    UNSTEERED,

    /**
     * One by one: less than a quantum flows in between two reports, and far more is asked for. Almost two are saved up,
     * for what is asked for comes by chance; more would let chance through. Nodes that begin together, as all do when they hear of
     * a flash, begin at random parts of a token, or their tokens would be whole together for ever.
     */
    ONE_BY_ONE,

    /**
     * By lots: less than a quantum flows in between two reports, and about as much is asked for, or so little flows that
     * to save up a whole one takes too long. A request has the odds of the share.
     */
    PROBABILISTIC;

    /** Where all together get less than that part of what they ask for, far more is asked for. */
    private static final double REFUSED = 0.75;
    /** Of the level: who asks for less than that part of it isn't refused. */
    private static final double ASKED = 0.95;
    /** In quanta, between two reports: below it lots are drawn, whatever is asked for. */
    private static final double LEAST = 0.3;

    private static final double SAVED_ONE_BY_ONE = 1.7;
    /**
     * When each of many nodes may be a token off, the fullest second is some 6 % of a small limit beyond the mean
     * (64 nodes, 300 a second): the mean is lowered by what the unused part has room for.
     */
    private static final double AIM_ONE_BY_ONE = 0.99;

    /**
     * Of a limit on operations; transfers take what flows evenly.
     *
     * @param asked of this node, a second, whether the others have heard of it or not
     */
    public static ReleaseMode of(PacingParameters tuning, Share share, double asked) {
        if (share.chanceOfAll() < 1 && asked < clearlyLess(tuning, share)) {
            return UNSTEERED;
        }
        double expected = share.perSecond() * tuning.syncDelaySeconds() / tuning.quantum();
        double most =
                Math.min(share.levelPerSecond() * tuning.syncDelaySeconds() / tuning.quantum(), tuning.gain() * expected);
        boolean refuses = share.chanceOfAll() < REFUSED && share.perSecond() >= ASKED * share.levelPerSecond();
        if (refuses && expected < 1 && most >= LEAST && !tuning.steersByRoom()) {
            return ONE_BY_ONE;
        }
        return most < 1 ? PROBABILISTIC : STEADY;
    }

    /**
     * Below it clearly less is asked for than the level, a second: by more than the standard deviation of what comes by chance
     * in a blind interval at the level. Of a level below a quantum nobody asks for clearly less.
     */
    public static double clearlyLess(PacingParameters tuning, Share share) {
        double expected = share.levelPerSecond() * tuning.syncDelaySeconds() / tuning.quantum();
        return (expected - Math.sqrt(expected)) * tuning.quantum() / tuning.syncDelaySeconds();
    }

    /** How many quanta a node may save up at least. */
    double saved() {
        return this == ONE_BY_ONE ? SAVED_ONE_BY_ONE : 1;
    }

    /** Which part of the limit all together aim at. */
    public double aim() {
        return this == ONE_BY_ONE ? AIM_ONE_BY_ONE : 1;
    }
}
