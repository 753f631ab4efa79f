package dev.sluice.sync.peers;

/**
 * How much longer than the fastest of late a peer's reports are under way. The clocks of two hosts tell different times, and
 * nothing comes back by which to tell a slow way from a clock that is behind; but both run equally fast, so that of two
 * reports the one whose clock reads less on arrival was so much longer under way. What the fastest needed, half a ping
 * between the hosts, is not in it. Owned by the {@link PeerTable}.
 */
final class TransitDelay {
    /** SyncClocks drift: by 0.1 ms in 10 s at 10 parts in a million. The fastest of this period and the last one counts. */
    static final long PERIOD_NANOS = 10_000_000_000L;

    private long fastestNanos = Long.MAX_VALUE;
    private long fastestBeforeNanos = Long.MAX_VALUE;
    private long periodNanos;
    private boolean began;

    /**
     * Takes the next report.
     *
     * @param nowNanos of the monotonic clock here
     * @param clockNanos of the sender's when it made the report
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
