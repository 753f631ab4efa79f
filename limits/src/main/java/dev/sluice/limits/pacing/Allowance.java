package dev.sluice.limits.pacing;

/**
 * What a node may admit at once, beyond what flows in for it: what it may save up, what chance may bring, how far above the
 * window it may go; and how far all of them together may exceed the limit by that. Pure functions of the shares.
 */
public final class Allowance {
    /**
     * Requests that come together by chance, beyond those expected in a blind interval. The share's own flow refills
     * what they take, at twice the demand, so that more would hardly ever be used; but a flash finds it on every node.
     */
    private static final double CHANCE = 3.5;
    /** Of what flows in a blind interval, while the limit is used up. */
    private static final double SAVED = 0.25;

    private Allowance() {}

    /**
     * How many tokens may be saved up: this node's share of what is left. While the limit isn't used up, at least what
     * chance may bring of the demand that all know of: small shares would refuse it else. What is admitted freely saves at
     * least what is expected of it in a blind interval.
     *
     * @param room what the limit has left
     * @param intervalsLeft the same as {@link RoomFeedback} sees it
     * @param knownDemand of this node, a second
     */
    public static double tokens(
            PacingParameters tuning,
            Share share,
            ReleaseMode pace,
            double room,
            double intervalsLeft,
            double knownDemand) {
        if (pace == ReleaseMode.ONE_BY_ONE) {
            return pace.saved() * tuning.quantum();
        }
        double expected = Math.min(knownDemand, share.perSecond()) * tuning.syncDelaySeconds();
        double ofRoom = share.weight() * Math.max(room, SAVED * tuning.flow());
        double ease = Math.max(0, (intervalsLeft - 1) / (tuning.gain() - 1));
        double more = Math.max(pace == ReleaseMode.UNSTEERED ? expected : 0, ease * byChance(tuning, expected));
        return Math.max(ofRoom, tuning.quantum() + more);
    }

    private static double byChance(PacingParameters tuning, double expected) {
        return expected + CHANCE * tuning.quantum();
    }

    /** How many bytes may be saved up: of a bucket this node's share of it; else little, so that transfers flow evenly. */
    public static double bytes(PacingParameters tuning, Share share, double level) {
        double most = tuning.steersByRoom() ? Math.max(level, tuning.flow()) : tuning.flow() / 2;
        return most * share.perSecond() / tuning.perSecond();
    }

    /**
     * How far above the window this node may go: what the others are charged with here is late by half an interval, so
     * their part of the window is filled with what has left it already. Its own part is known exactly. Where all is admitted
     * freely it is what the others tell at once.
     */
    public static double tolerance(PacingParameters tuning, Share share, ReleaseMode pace) {
        return pace == ReleaseMode.UNSTEERED
                ? tuning.toleranceUnsteered()
                : tuning.tolerance() * (1 - share.weight() / 2);
    }

    /** How fast a node runs at most. A share too small to flow by itself has a quantum between two reports. */
    public static double ratePerSecond(PacingParameters tuning, Share share, ReleaseMode pace) {
        double rate = tuning.gain() * share.perSecond();
        return pace == ReleaseMode.PROBABILISTIC || pace == ReleaseMode.UNSTEERED
                ? Math.max(rate, tuning.quantum() / tuning.syncDelaySeconds())
                : rate;
    }

    /**
     * How far all nodes together may go over the limit by what they don't know of each other, from how it is divided now:
     * the bound of decision 20 with the shares added up, which are the limit, and an even demand for what chance may
     * bring. It holds while the same nodes hear each other.
     *
     * @param room what the limit has left at once; 0 where transfers wait for it
     * @param anyUnsteered whether a node of the cluster may admit {@linkplain ReleaseMode#UNSTEERED freely}
     * @param silentSeconds the longest that a node is unheard
     */
    public static double excessBound(
            PacingParameters tuning,
            Share share,
            int liveNodes,
            double room,
            ReleaseMode pace,
            boolean anyUnsteered,
            double silentSeconds) {
        double quantum = tuning.quantum();
        double chance = room > 0 ? quantum + byChance(tuning, tuning.flow() / liveNodes) : pace.saved() * quantum;
        double saved = Math.max(room, SAVED * tuning.flow()) + liveNodes * chance + (anyUnsteered ? tuning.flow() : 0);
        double rate = tuning.gain() * share.limitPerSecond()
                + (pace == ReleaseMode.PROBABILISTIC || anyUnsteered ? liveNodes * quantum / tuning.syncDelaySeconds() : 0);
        return (anyUnsteered ? tuning.toleranceUnsteered() : tuning.tolerance()) + saved + rate * silentSeconds;
    }
}
