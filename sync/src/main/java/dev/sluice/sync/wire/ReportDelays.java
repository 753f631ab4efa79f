package dev.sluice.sync.wire;

import java.util.List;

/**
 * How long operations waited between their admission and the report that contains them for the first time.
 * Immutable.
 *
 * @param clockNanos when the report was made: the time since the incarnation began, on the sender's monotonic
 *     clock, at least 0; on the wire in microseconds
 * @param spans at most {@value #SPANS_MAX}
 */
public record ReportDelays(long clockNanos, List<Span> spans) {
    public static final int SPANS_MAX = 16;
    public static final long SPAN_NANOS_MAX = 0xffff_ffffL * 1_000;
    public static final long OPERATIONS_MAX = 0xffff_ffffL;

    /**
     * Operations that were admitted one after the other, evenly, in the time from {@code nanos} before the report
     * until the report.
     *
     * @param nanos 0 to {@link #SPAN_NANOS_MAX}; on the wire in microseconds
     * @param operations 0 to {@link #OPERATIONS_MAX}
     */
    public record Span(long nanos, long operations) {
        public Span {
            if (nanos < 0 || nanos > SPAN_NANOS_MAX || operations < 0 || operations > OPERATIONS_MAX) {
                throw new IllegalArgumentException(operations + " operations in " + nanos + " ns");
            }
        }
    }

    public ReportDelays {
        if (clockNanos < 0) {
            throw new IllegalArgumentException("a clock of " + clockNanos + " ns");
        }
        spans = List.copyOf(spans);
        if (spans.size() > SPANS_MAX) {
            throw new IllegalArgumentException(spans.size() + " spans");
        }
    }

    /** The sum over all spans. */
    public long operations() {
        long operations = 0;
        for (Span span : spans) {
            operations += span.operations();
        }
        return operations;
    }
}
