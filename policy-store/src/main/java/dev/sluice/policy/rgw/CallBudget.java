package dev.sluice.policy.rgw;

/** So many calls a second, evenly; after a pause a tenth of a second's calls at once. Belongs to one thread. */
final class CallBudget {
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final int BURST_PART = 10;

    private final long intervalNanos;
    private final long burstNanos;
    private long nextNanos;

    CallBudget(int callsPerSecond, long nowNanos) {
        intervalNanos = SECOND_NANOS / callsPerSecond;
        burstNanos = SECOND_NANOS / BURST_PART;
        nextNanos = nowNanos;
    }

    /** How long it takes until a call may be made; 0: now. */
    long waitNanos(long nowNanos) {
        return Math.max(0, nextNanos - nowNanos);
    }

    /** A call is made. */
    void take(long nowNanos) {
        nextNanos = Math.max(nextNanos, nowNanos - burstNanos) + intervalNanos;
    }
}
