package dev.sluice.sync.peers;

/**
 * How much longer a peer's reports are in transit than the fastest recent one. The clocks of two hosts differ, and
 * nothing comes back to tell a slow network from a slow clock. But both clocks run at the same speed. So of two
 * reports, the one with the larger difference between the clocks was in transit for longer by that much. The
 * transit of the fastest report, half a round trip, is not included. Owned by the {@link PeerTable}.
 */
final class TransitDelay {
    /**
     * Clocks drift by 0.1 ms in 10 s at 10 parts in a million. The fastest report of this period and the last one
     * counts.
     */
    static final long PERIOD_NANOS = 10_000_000_000L;

    private long fastestNanos = Long.MAX_VALUE;
    private long fastestBeforeNanos = Long.MAX_VALUE;
    private long periodNanos;
    private boolean began;

    /**
     * Takes the next report.
     *
     * @param nowNanos of the monotonic clock here
     * @param clockNanos of the sender's clock when it made the report
     * @return at least 0
     */
    long excessNanos(long nowNanos, long clockNanos) {
        if (!began || nowNanos - periodNanos >= PERIOD_NANOS) {
            began = true;
            periodNanos = nowNanos;
            fastestBeforeNanos = fastestNanos;
            fastestNanos = Long.MAX_VALUE;
        }
        long lagNanos = nowNanos - clockNanos;
        fastestNanos = Math.min(fastestNanos, lagNanos);
        return Math.max(lagNanos - Math.min(fastestNanos, fastestBeforeNanos), 0);
    }
}
