package dev.sluice.limits.pacing;

/**
 * How far apart the reports of one node are while a limit is nearly used up. Nodes then report what they admitted at once, and
 * not once an interval. The fewer nodes there are, the closer together their reports may be: what a node receives costs it the
 * same. Pure functions.
 */
public final class UrgentSpacing {
    /** So many urgent reports of all others together does a node receive a second, about. */
    private static final long RECEIVED_PER_SECOND = 400;
    /** Closer together, the reports of two nodes would tell each other hardly more. */
    private static final long APART_NANOS_MIN = 5_000_000L;

    private static final long SECOND_NANOS = 1_000_000_000L;

    private UrgentSpacing() {}

    /**
     * The time between two urgent reports of a node, in the long run.
     *
     * @param liveNodes that reach each other, at least 1
     * @param intervalNanos between two regular reports
     * @return at most {@code intervalNanos}; as much: reports near a limit are no more frequent than regular ones
     */
    public static long nanos(int liveNodes, long intervalNanos) {
        long apart = Math.max(APART_NANOS_MIN, (liveNodes - 1) * (SECOND_NANOS / RECEIVED_PER_SECOND));
        return Math.min(apart, intervalNanos);
    }
}
