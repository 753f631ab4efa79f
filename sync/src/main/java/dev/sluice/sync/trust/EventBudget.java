package dev.sluice.sync.trust;

/**
 * How often a link may do what costs this node something: bring another incarnation, ask for the past, or have reports
 * repeated. A process that crashes again and again takes a second to start; an incarnation that changes faster is made up. Time is
 * an argument. Owned by one thread.
 */
public final class EventBudget {
    private static final double SECOND_NANOS = 1e9;

    private final double most;
    private final double perSecond;
    private double left;
    private long nanos;

    /**
     * Makes a budget that is full.
     *
     * @param most at once
     * @param perSecond in the long run
     */
    public EventBudget(double most, double perSecond, long nowNanos) {
        this.most = most;
        this.perSecond = perSecond;
        this.left = most;
        this.nanos = nowNanos;
    }

    /** Takes one; false: there were too many. */
    public boolean take(long nowNanos) {
        left = Math.min(most, left + Math.max(0, nowNanos - nanos) / SECOND_NANOS * perSecond);
        nanos = nowNanos;
        boolean hasOne = left >= 1;
        left -= hasOne ? 1 : 0;
        return hasOne;
    }
}
