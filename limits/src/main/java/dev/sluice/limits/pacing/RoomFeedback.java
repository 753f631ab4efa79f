package dev.sluice.limits.pacing;

/**
 * The one feedback of pacing: how much of the limit all nodes together have left, as far as this node knows. The level gains
 * what the limit lets flow and loses what is charged. {@link #intervalsLeft} is the level in sync delays: at 1 each node runs
 * at its share. A bucket's own level serves instead where there is one. Not thread-safe.
 */
public final class RoomFeedback {
    /** The time in which the levels of transfers, and negative levels, forget what they differ by. */
    private static final double AGREE_SECONDS = 2;
    /** The same where nodes report bursts at once: it makes up for the room that they leave after one. */
    private static final double AGREE_AT_ONCE_SECONDS = 1.3;
    /** So many times the refused part of all demand is made up for, in sync delays. */
    private static final double REFILL_REFUSED = 4;
    /** The refused part of all demand from which on a flash is caught up with. */
    private static final double CATCH_UP_FROM = 0.5;

    /** A burst echoes for so long: what it filled becomes free at once in each of the next periods. */
    private static final double CATCH_UP_PERIODS = 5;
    /** The part of the limit that is a burst if so much more is admitted than flows in. */
    private static final double BURST = 0.25;
    /** In less time, what nodes may admit more than they did after the burst would come at once. */
    private static final double SETTLE_PERIODS = 10;

    private final boolean ofTransfers;
    private double level;
    private long chargedSeen;
    /** Since the level was far below 0. */
    private double burstSeconds = Double.MAX_VALUE;

    /**
     * The level at the start.
     *
     * @param isCautious whether it assumes that little is left rather than much
     */
    public RoomFeedback(PacingParameters tuning, boolean ofTransfers, boolean isCautious, long charged) {
        this.ofTransfers = ofTransfers;
        this.level = ofTransfers || isCautious ? Math.min(tuning.flow(), tuning.levelMax()) : tuning.levelMax();
        this.chargedSeen = charged;
    }

    /**
     * Lets time flow in.
     *
     * @param room what the meter has left
     * @param aimPerSecond what the nodes that reach each other aim to admit: their limit, or a little less
     * @param chargedNow by this node and others, what is about to be charged included
     * @param isReport whether the charge comes in a report
     * @param isProbabilistic whether the share is released by {@link ReleaseMode#PROBABILISTIC}
     * @param refused how much of what all ask for is more than the limit, 0 to 1
     */
    public void flowIn(
            PacingParameters tuning,
            double room,
            double seconds,
            double aimPerSecond,
            long chargedNow,
            boolean isReport,
            boolean isProbabilistic,
            double refused) {
        if (tuning.steersByRoom()) {
            level = room;
            return;
        }
        // While the window is full, time passes unused. It isn't made up for once the window opens: all nodes would
        // then run
        // at more than their shares, and it would close again. This holds the more, the less is refused: clients that
        // back
        // off are away when it opens, return together, and find it full again a second later. Probabilistic shares are
        // no
        // faster for it, and keep the whole level.
        double catchUp = periodsSinceBurst(tuning) < CATCH_UP_PERIODS ? tuning.levelCatchUp() : 0;
        catchUp *= Math.max(0, (refused - CATCH_UP_FROM) / (1 - CATCH_UP_FROM));
        double made = Math.min(tuning.levelWhileFull() + catchUp, tuning.flow() * (1 + REFILL_REFUSED * refused));
        double full = Math.max(tuning.levelWhileFullMin(), made) + Math.max(0, Math.min(room, tuning.flow()));
        double top = isProbabilistic ? tuning.levelMax() : Math.min(tuning.levelMax() + catchUp, full);
        // What comes in a report was admitted over the last interval: only what flowed in before that is cut off.
        double before = top + (isReport ? tuning.flow() : 0);
        double next = Math.min(before, level + seconds * aimPerSecond) - (chargedNow - chargedSeen);
        chargedSeen = chargedNow;
        if (ofTransfers || next < 0) {
            // Nodes that started apart would else run at different speeds for ever, though all see the same. And a node
            // that alone was charged an excess would never work it off: the others use up the limit.
            next += (tuning.flow() - next) * Math.min(1, seconds / agreeSeconds(tuning));
        }
        level = Math.max(Math.min(next, top), tuning.levelMin());
        burstSeconds = level < -BURST * tuning.capacity() ? 0 : burstSeconds + seconds;
    }

    /**
     * How far the cluster has settled after a burst, which is far more than flows in: 0 while the window may be full of it, 1 once it
     * no longer matters.
     */
    public double settled(PacingParameters tuning) {
        return Math.max(0, Math.min(1, (periodsSinceBurst(tuning) - 1) / SETTLE_PERIODS));
    }

    private static double agreeSeconds(PacingParameters tuning) {
        return tuning.unreported() < tuning.flow() ? AGREE_AT_ONCE_SECONDS : AGREE_SECONDS;
    }

    private double periodsSinceBurst(PacingParameters tuning) {
        return burstSeconds * tuning.perSecond() / tuning.capacity();
    }

    /** What is left, in units of the limit. */
    public double level() {
        return level;
    }

    /** What is left, in sync delays: 0 to {@code most}. */
    public double intervalsLeft(PacingParameters tuning, double most) {
        return Math.max(0, Math.min(level / tuning.flow(), most));
    }

    /** How long until the excess of all nodes is worked off. */
    public double recoverySeconds(double limitPerSecond) {
        return Math.max(0, -level / limitPerSecond);
    }
}
