package dev.sluice.sync.outgoing;

import java.util.random.RandomGenerator;

/**
 * When a node reports: every interval, give or take a tenth, lest nodes fall into step. What can't wait wakes a real
 * node at once; a simulated one looks for it a twentieth of an interval apart. Pure: time is an argument. Owned by one
 * thread.
 */
public final class TickSchedule {
    /** Of real nodes. */
    public static final double JITTER = 0.1;

    private static final long POLLS = 20;
    private static final long POLL_NANOS_MIN = 1_000_000L;

    private final long intervalNanos;
    private final double jitter;
    private final RandomGenerator random;
    private long dueNanos;

    /**
     * The first tick is due at {@code nowNanos}.
     *
     * @param jitter how much of an interval it may be early or late, 0 to 0.5
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

    /** A tick is being made. */
    public void ticked(long nowNanos) {
        dueNanos = nowNanos + (long) (intervalNanos * (1 + jitter * (2 * random.nextDouble() - 1)));
    }

    /** How long may pass until a simulated node looks for surprises again. */
    public long pollNanos() {
        return Math.max(intervalNanos / POLLS, POLL_NANOS_MIN);
    }
}
