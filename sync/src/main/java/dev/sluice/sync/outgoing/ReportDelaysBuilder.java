package dev.sluice.sync.outgoing;

import dev.sluice.sync.wire.ReportDelays;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Collects the {@link ReportDelays} of one report. Owned by the {@link Reporter}. */
final class ReportDelaysBuilder {
    private final TreeMap<Long, Long> operationsByNanos = new TreeMap<>();

    /**
     * Adds operations. If there are too many different spans, a delay is reported longer than it was, never
     * shorter.
     */
    void add(long nanos, long operations) {
        long key = Math.min(Math.max(nanos, 0), ReportDelays.SPAN_NANOS_MAX);
        long sum = Math.min(Math.max(operations, 0), ReportDelays.OPERATIONS_MAX);
        if (operationsByNanos.size() >= ReportDelays.SPANS_MAX && !operationsByNanos.containsKey(key)) {
            Map.Entry<Long, Long> longer = operationsByNanos.ceilingEntry(key);
            if (longer != null) {
                key = longer.getKey();
            } else {
                sum += Objects.requireNonNull(operationsByNanos.pollLastEntry()).getValue();
            }
        }
        operationsByNanos.merge(key, Math.min(sum, ReportDelays.OPERATIONS_MAX), ReportDelaysBuilder::sumAtMost);
    }

    private static long sumAtMost(long a, long b) {
        return Math.min(a + b, ReportDelays.OPERATIONS_MAX);
    }

    /** Takes what was collected since the last call. */
    ReportDelays take(long clockNanos) {
        List<ReportDelays.Span> spans = new ArrayList<>(operationsByNanos.size());
        operationsByNanos.forEach((nanos, operations) -> spans.add(new ReportDelays.Span(nanos, operations)));
        operationsByNanos.clear();
        return new ReportDelays(clockNanos, spans);
    }
}
