package dev.sluice.demo;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/**
 * Counts the outcomes of requests through one sidecar, by the second in which they came. A second is one of the clock's, not
 * the time between two wake-ups of the display: a display that wakes up late would add half of the next second to this one.
 *
 * <p>The client's threads write. The display takes a second that has passed; the last {@value #SECONDS_KEPT} are kept.
 */
final class OutcomeCounters {
    private static final int SECONDS_KEPT = 16;
    private static final int KINDS = 4;
    private static final double NANOS_PER_SECOND = 1e9;

    private final AtomicLongArray bySecond = new AtomicLongArray(SECONDS_KEPT * KINDS);
    private final LongSupplier nanoClock;
    private final long beganNanos;

    /** What became of a request. */
    enum Outcome {
        OFFERED,
        ADMITTED,
        REJECTED,
        FAILED
    }

    /** A snapshot of the counters. */
    record Counts(long offered, long admitted, long rejected, long failed) {
        static final Counts NONE = new Counts(0, 0, 0, 0);

        Counts plus(Counts other) {
            return new Counts(
                    offered + other.offered,
                    admitted + other.admitted,
                    rejected + other.rejected,
                    failed + other.failed);
        }
    }

    /** @param beganNanos when second 0 begins */
    OutcomeCounters(LongSupplier nanoClock, long beganNanos) {
        this.nanoClock = nanoClock;
        this.beganNanos = beganNanos;
    }

    void count(Outcome outcome) {
        int second = (int) ((nanoClock.getAsLong() - beganNanos) / NANOS_PER_SECOND);
        bySecond.incrementAndGet(second % SECONDS_KEPT * KINDS + outcome.ordinal());
    }

    /** Takes what came within a second, from 0. To be called once, when the second has passed. */
    Counts take(int second) {
        int first = second % SECONDS_KEPT * KINDS;
        return new Counts(
                bySecond.getAndSet(first + Outcome.OFFERED.ordinal(), 0),
                bySecond.getAndSet(first + Outcome.ADMITTED.ordinal(), 0),
                bySecond.getAndSet(first + Outcome.REJECTED.ordinal(), 0),
                bySecond.getAndSet(first + Outcome.FAILED.ordinal(), 0));
    }
}
