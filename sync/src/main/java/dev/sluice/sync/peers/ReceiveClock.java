package dev.sluice.sync.peers;

/**
 * A monotonic clock of the time in which reports could be received. After a pause of this process (garbage
 * collection, a stopped virtual machine) the reports that came meanwhile are still unread. A peer must not count as
 * silent for that time, so a gap between two readings counts {@link #STEP_NANOS_MAX} at most.
 */
final class ReceiveClock {
    /** Above the 100 ms within which the clock must be read, below the shortest silence limit. */
    static final long STEP_NANOS_MAX = 150_000_000L;

    private long lastNanos;
    private long receivingNanos;

    ReceiveClock(long nowNanos) {
        lastNanos = nowNanos;
    }

    /** Reads the clock. It runs slow if it is read less than every 100 ms. */
    long read(long nowNanos) {
        receivingNanos += Math.min(Math.max(nowNanos - lastNanos, 0), STEP_NANOS_MAX);
        lastNanos = nowNanos;
        return receivingNanos;
    }
}
