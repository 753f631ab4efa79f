package dev.sluice.demo;

import java.util.concurrent.atomic.LongAdder;

/** What became of the requests through one sidecar. Written by the client's threads, read once a second. */
final class OutcomeCounters {
    final LongAdder offered = new LongAdder();
    final LongAdder admitted = new LongAdder();
    final LongAdder rejected = new LongAdder();
    final LongAdder failed = new LongAdder();

    /** The counts so far. */
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
