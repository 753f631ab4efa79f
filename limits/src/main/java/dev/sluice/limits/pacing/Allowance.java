package dev.sluice.limits.pacing;

/**
 * What a node may admit at once beyond what flows in for it: what it may save up, what chance may bring, and how far above
 * the window it may go. And how far all nodes together may exceed the limit by that. Pure functions of the shares.
 */
public final class Allowance {
    /**
     * Requests that come together by chance, beyond those expected in a sync delay. The share's own flow refills what they
     * take, at twice the demand, so that more would hardly ever be used. But a flash finds it on every node.
     */
    private static final double CHANCE = 3.5;
    /** Of what flows in a sync delay, while the limit is used up. */
    private static final double SAVED = 0.25;
    /**
     * So many operations may be saved up at least where each is reported at once. With one, a token that comes while none asks
     * for it is lost; of requests that come by chance, twice as many as the share, that is a third of the share.
     */
    private static final double SAVED_EACH_MIN = 3;

    /**
     * The part of its room that a node leaves. The parts of all add up to more than the room by so much at most, while the room
     * is used up quickly and nodes divide it at different moments. Of a handful, rounding leaves more.
     */
    private static final double MARGIN = 0.1;

    private static final double MARGIN_FROM = 4;
    private static final double ROUNDING = 1e-6;

    private Allowance() {}

    /**
     * How many tokens may be saved up: this node's share of what is left. While the limit isn't used up, it is at least what
     * chance may bring of the known demand, which small shares would else refuse. An unsteered node saves at least what is
     * expected of it in a sync delay.
     *
     * @param room what the limit has left
     * @param intervalsLeft the same, as {@link RoomFeedback#intervalsLeft}
     * @param knownDemand of this node, a second
     */
    public static double tokens(
            PacingParameters tuning,
            Share share,
            ReleaseMode mode,
            double room,
            double intervalsLeft,
            double knownDemand) {
        if (mode == ReleaseMode.ONE_BY_ONE) {
            return savedMin(tuning, mode);
        }
        double expected = Math.min(knownDemand, share.perSecond()) * tuning.syncDelaySeconds();
        double ofRoom = share.weight() * Math.max(room, SAVED * tuning.flow());
        double ease = Math.max(0, (intervalsLeft - 1) / (tuning.gain() - 1));
        double more = Math.max(mode == ReleaseMode.UNSTEERED ? expected : 0, ease * byChance(tuning, expected));
        return Math.max(ofRoom, Math.max(savedMin(tuning, mode), tuning.quantum() + more));
    }

    private static double savedMin(PacingParameters tuning, ReleaseMode mode) {
        return (tuning.reportsEach() ? SAVED_EACH_MIN : mode.saved()) * tuning.quantum();
    }

    /**
     * How many operations a node may admit at once where the room is divided: its part of the room that all know of, less what
     * it admitted since. The parts of all nodes add up to the room, so that together they admit no more than it. Whole
     * operations only: what is left over is for later.
     *
     * @param room what the limit has left, without what this node admitted and others don't know
     * @param unreported what that is
     * @param demanded of what is divided, 0 to 1: while nothing is, all nodes have the same parts, and no margin is needed
     * @return below 0 where this node has admitted more than its part
     */
    public static double ofRoom(Share share, double room, double unreported, double demanded) {
        double even = share.weight() * Math.max(0, room);
        double part = even - demanded * MARGIN * Math.max(0, even - MARGIN_FROM);
        return Math.floor(part + ROUNDING) - unreported;
    }

    /**
     * The same for the last operations. The nodes that demand some have equal numbers of them, and those that are first in an
     * order have one more: so none is left over, and no two nodes have the same.
     *
     * @param nodes that have a part, this one included
     * @param before how many of them come before this one
     */
    public static double ofFew(double room, double unreported, int nodes, int before) {
        double whole = Math.floor(Math.max(0, room) + ROUNDING);
        double even = Math.floor(whole / nodes);
        return even + (before < whole - even * nodes ? 1 : 0) - unreported;
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
     * How far above the window this node may go. What the others are charged here is late by half an interval: their part
     * of the window is still filled with what has left it already. This node's own part is known exactly. An unsteered node
     * may go as far as the others report at once.
     */
    public static double tolerance(PacingParameters tuning, Share share, ReleaseMode mode) {
        return mode == ReleaseMode.UNSTEERED
                ? tuning.toleranceUnsteered()
                : tuning.tolerance() * (1 - share.weight() / 2);
    }

    /**
     * The same after a burst. While the window is full of it nothing leaves it, and nodes report what they admit almost at once:
     * the less each may go above it, the less do all together.
     *
     * @param settled as {@link RoomFeedback#settled}
     */
    public static double tolerance(PacingParameters tuning, Share share, ReleaseMode mode, double settled) {
        double most = tolerance(tuning, share, mode);
        double least = Math.min(most, tuning.toleranceAfterBurst() * (1 - share.weight() / 2));
        return least + settled * (most - least);
    }

    /** How fast a node runs now: its level by the feedback, and never faster than {@link #ratePerSecond}. */
    public static double steeredPerSecond(
            PacingParameters tuning, Share share, ReleaseMode mode, double intervalsLeft) {
        // A node at the max-min level makes up for all others.
        double rate = share.levelPerSecond() * (mode == ReleaseMode.UNSTEERED ? tuning.gain() : intervalsLeft);
        if (mode == ReleaseMode.PROBABILISTIC) {
            rate = Math.max(rate, tuning.quantum() / tuning.syncDelaySeconds());
        }
        return Math.min(rate, ratePerSecond(tuning, share, mode));
    }

    /**
     * What the limit has left for a node that didn't receive the others' reports for a part of the time that the limit looks
     * back on. It assumes that they admitted what they demand now, and that the limit is used up until it may have received
     * them. Of a limit that is used up, what flows in a sync delay may be left.
     *
     * @param limitPerSecond of the nodes that reach each other
     * @param room what the meter has left
     * @param wantedPerSecond what the others demand
     */
    public static double cautiousRoom(
            PacingParameters tuning,
            double limitPerSecond,
            double room,
            double unobservedSeconds,
            double wantedPerSecond) {
        double before = unobservedSeconds * Math.min(wantedPerSecond, limitPerSecond);
        double flow = limitPerSecond * tuning.syncDelaySeconds();
        return Math.max(Math.min(room, flow), room - before);
    }

    /** How fast a node runs at most. A share too small to flow by itself has a quantum between two reports. */
    public static double ratePerSecond(PacingParameters tuning, Share share, ReleaseMode mode) {
        double rate = tuning.gain() * share.perSecond();
        return mode == ReleaseMode.PROBABILISTIC || mode == ReleaseMode.UNSTEERED
                ? Math.max(rate, tuning.quantum() / tuning.syncDelaySeconds())
                : rate;
    }

    /**
     * How far all nodes together may exceed the limit by what they don't know of each other, as it is divided now: the bound
     * at the head of this package, with the shares added up, which are the limit, and an even demand for what chance may
     * bring. It holds while the same nodes reach each other.
     *
     * @param room what the limit has left at once; 0 where transfers wait for it
     * @param anyUnsteered whether a node of the cluster may be {@linkplain ReleaseMode#UNSTEERED unsteered}
     * @param silentSeconds the longest time between two reports of a node that are received
     */
    public static double excessBound(
            PacingParameters tuning,
            Share share,
            int liveNodes,
            double room,
            ReleaseMode mode,
            boolean anyUnsteered,
            double silentSeconds) {
        double quantum = tuning.quantum();
        double saves = savedMin(tuning, mode);
        double chance = room > 0 ? Math.max(saves, quantum + byChance(tuning, tuning.flow() / liveNodes)) : saves;
        double saved = Math.max(room, SAVED * tuning.flow()) + liveNodes * chance + (anyUnsteered ? tuning.flow() : 0);
        double rate = tuning.gain() * share.limitPerSecond()
                + (mode == ReleaseMode.PROBABILISTIC || anyUnsteered
                        ? liveNodes * quantum / tuning.syncDelaySeconds()
                        : 0);
        return (anyUnsteered ? tuning.toleranceUnsteered() : tuning.tolerance()) + saved + rate * silentSeconds;
    }

    /**
     * The same where the room is divided. The parts add up to the room, but while one node has received what another hasn't,
     * both may have the same last operation. Nodes that expect no other request may each admit one.
     *
     * @param expectsNoOther whether nodes expect no other request while they have no whole operation each
     */
    public static double excessOfRoom(int liveNodes, boolean expectsNoOther) {
        if (liveNodes <= 1) {
            return 0;
        }
        return expectsNoOther ? Math.max(1, liveNodes - 1) : 1;
    }

    /** The same of bytes: by what each node may pass its part, because it moves at once. */
    public static double excessOfBytes(int liveNodes, double movedAtOnce) {
        return liveNodes * movedAtOnce;
    }
}
