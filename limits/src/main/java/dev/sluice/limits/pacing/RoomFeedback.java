package dev.sluice.limits.pacing;

/**
 * The one feedback of pacing: how much of the limit all nodes together have left, as far as this node knows. The level
 * gains what the limit lets flow and loses what is charged; {@link #intervalsLeft} is what is left in blind intervals. At
 * 1 each node runs at its share. A bucket's own level does the same. Belongs to who holds the {@link Pacer}'s turn.
 */
public final class RoomFeedback {
    /** In which levels of transfers, and debts, forget what they differ by. */
    private static final double AGREE_SECONDS = 2;
    /** Of the part of all demand that is refused: so much of a blind interval is made up for. */
    private static final double REFILL_REFUSED = 4;

    private final boolean ofTransfers;
    private double level;
    private long chargedSeen;

    /**
     * Before anything was seen.
     *
     * @param isCautious whether little is taken to be left rather than much
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
     * @param aimPerSecond what the nodes that hear each other are to admit: their limit, or a little less
     * @param chargedNow by this node and others, what is about to be charged included
     * @param isReport whether the charge comes in a report
     * @param isProbabilistic whether the pace is {@link ReleaseMode#PROBABILISTIC}
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
        // Where the window is closed time passes unused. That isn't made up for once it opens: else all would run at
        // more than their shares then, and it would close again. EvenSampler are no faster for it. The less so the less
        // is
        // refused: clients
        // that back off are away when it opens, come back together, and find it closed again a second later.
        double made = Math.min(tuning.levelWhileFull(), tuning.flow() * (1 + REFILL_REFUSED * refused));
        double calm = Math.max(tuning.levelWhileFullMin(), made) + Math.max(0, Math.min(room, tuning.flow()));
        double top = isProbabilistic ? tuning.levelMax() : Math.min(tuning.levelMax(), calm);
        // What comes in a report was admitted over the last interval: only what flowed in before that is cut off.
        double before = top + (isReport ? tuning.flow() : 0);
        double next = Math.min(before, level + seconds * aimPerSecond) - (chargedNow - chargedSeen);
        chargedSeen = chargedNow;
        if (ofTransfers || next < 0) {
            // Nodes that began apart would else run at different speeds for ever, though all of them see the same.
            // And one that alone was charged with an excess would never pay it off: the others use up the limit.
            next += (tuning.flow() - next) * Math.min(1, seconds / AGREE_SECONDS);
        }
        level = Math.max(Math.min(next, top), tuning.levelMin());
    }

    public double level() {
        return level;
    }

    /** What is left, in blind intervals: 0 to {@code most}. */
    public double intervalsLeft(PacingParameters tuning, double most) {
        return Math.max(0, Math.min(level / tuning.flow(), most));
    }

    /** Until the excess of all is worked off. */
    public double recoverySeconds(double limitPerSecond) {
        return Math.max(0, -level / limitPerSecond);
    }
}
