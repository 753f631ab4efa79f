package dev.sluice.sync;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Collects the {@link Waits} of one report. Owned by the {@link Reporter}. */
final class WaitsBuilder {
    private final TreeMap<Long, Long> operationsByNanos = new TreeMap<>();

    /** Where there are too many different spans, the wait is taken for longer than it was, never for shorter. */
    void add(long nanos, long operations) {
        long key = Math.min(Math.max(nanos, 0), Waits.SPAN_NANOS_MAX);
        long sum = Math.min(Math.max(operations, 0), Waits.OPERATIONS_MAX);
        if (operationsByNanos.size() >= Waits.SPANS_MAX && !operationsByNanos.containsKey(key)) {
            Map.Entry<Long, Long> longer = operationsByNanos.ceilingEntry(key);
            if (longer != null) {
                key = longer.getKey();
            } else {
                sum += Objects.requireNonNull(operationsByNanos.pollLastEntry()).getValue();
            }
        }
        operationsByNanos.merge(key, Math.min(sum, Waits.OPERATIONS_MAX), WaitsBuilder::sumAtMost);
    }

    private static long sumAtMost(long a, long b) {
        return Math.min(a + b, Waits.OPERATIONS_MAX);
    }

    /** What was collected since the last time. */
    Waits take(long clockNanos) {
        List<Waits.Span> spans = new ArrayList<>(operationsByNanos.size());
        operationsByNanos.forEach((nanos, operations) -> spans.add(new Waits.Span(nanos, operations)));
        operationsByNanos.clear();
        return new Waits(clockNanos, spans);
    }
}
