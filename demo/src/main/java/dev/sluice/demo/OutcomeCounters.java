package dev.sluice.demo;

import java.util.concurrent.atomic.LongAdder;

/** Counts the outcomes of requests through one sidecar. The client's threads write, the display reads once a second. */
final class OutcomeCounters {
    final LongAdder offered = new LongAdder();
    final LongAdder admitted = new LongAdder();
    final LongAdder rejected = new LongAdder();
    final LongAdder failed = new LongAdder();

    /** A snapshot of the counters. */
    record Counts(long offered, long admitted, long rejected, long failed) {
        static final Counts NONE = new Counts(0, 0, 0, 0);

        Counts minus(Counts other) {
            return new Counts(
                    offered - other.offered,
                    admitted - other.admitted,
                    rejected - other.rejected,
                    failed - other.failed);
        }

        Counts plus(Counts other) {
            return new Counts(
                    offered + other.offered,
                    admitted + other.admitted,
                    rejected + other.rejected,
                    failed + other.failed);
        }
    }

    Counts counts() {
        return new Counts(offered.sum(), admitted.sum(), rejected.sum(), failed.sum());
    }
}
