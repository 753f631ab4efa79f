package dev.sluice.sync.outgoing;

import java.util.random.RandomGenerator;

/**
 * When a node reports: every interval, with a jitter of a tenth so that nodes don't synchronise. Time is an argument.
 * Owned by one thread.
 */
public final class TickSchedule {
    /** The jitter of real nodes. */
    public static final double JITTER = 0.1;

    private final long intervalNanos;
    private final double jitter;
    private final RandomGenerator random;
    private long dueNanos;

    /**
     * Starts with a tick that is due at {@code nowNanos}.
     *
     * @param jitter the part of an interval by which a tick may be early or late, 0 to 0.5
     */
    public TickSchedule(long intervalNanos, double jitter, RandomGenerator random, long nowNanos) {
        this.jitter = jitter;
        this.intervalNanos = intervalNanos;
        this.random = random;
        this.dueNanos = nowNanos;
    }

    public long dueNanos() {
        return dueNanos;
    }

    public boolean isDue(long nowNanos) {
        return nowNanos - dueNanos >= 0;
    }

    /** Plans the next tick, after the current one. */
    public void ticked(long nowNanos) {
        dueNanos = nowNanos + (long) (intervalNanos * (1 + jitter * (2 * random.nextDouble() - 1)));
    }
}
