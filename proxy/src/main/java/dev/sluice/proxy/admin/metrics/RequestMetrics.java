package dev.sluice.proxy.admin.metrics;

import dev.sluice.proxy.loop.DurationCounts;
import dev.sluice.proxy.loop.DurationSums;
import dev.sluice.proxy.loop.RequestTimes;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Map;
import java.util.TreeMap;

/** The metrics of how long requests took, and of what the gateway responded. */
final class RequestMetrics {
    private RequestMetrics() {}

    /** Registers them. */
    static void bind(SluiceMetrics to, RequestTimes times) {
        to.histogram(
                "sluice_request_duration_seconds",
                "From the head of a request to the end of its response, of requests that the gateway answered",
                () -> histogram(times.requests()));
        to.histogram(
                "sluice_upstream_duration_seconds",
                "Of these, from the end of the request to the head of the gateway's response",
                () -> histogram(times.atUpstream()));
        to.histogram(
                "sluice_added_duration_seconds",
                "Of these, what this sidecar took before and behind the gateway",
                () -> histogram(times.added()));
        to.families(() -> responses(times));
    }

    private static HistogramDataPointSnapshot histogram(DurationSums sums) {
        ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
        for (int i = 0; i < DurationCounts.CLASSES; i++) {
            buckets.bucket(DurationCounts.boundSeconds(i), sums.count(i));
        }
        return HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(buckets.build())
                .sum(sums.sumSeconds())
                .build();
    }

    private static MetricSnapshots responses(RequestTimes times) {
        CounterSnapshot.Builder family =
                CounterSnapshot.builder().name("sluice_upstream_responses").help("Responses of the gateway, by status");
        Map<Integer, Long> counts = new TreeMap<>(times.responses());
        // The family is there before the first response.
        counts.putIfAbsent(200, 0L);
        counts.forEach((status, count) -> family.dataPoint(CounterDataPointSnapshot.builder()
                .labels(Labels.of("code", Integer.toString(status)))
                .value((double) count)
                .build()));
        return new MetricSnapshots(family.build());
    }
}
