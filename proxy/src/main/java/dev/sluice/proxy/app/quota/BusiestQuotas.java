package dev.sluice.proxy.app.quota;

import dev.sluice.limits.admission.TokenAdmission;
import dev.sluice.limits.model.QuotaName;
import dev.sluice.limits.usage.LimitUsage;
import dev.sluice.proxy.admin.api.UsageBody.AllocationRow;
import dev.sluice.quota.alloc.QuotaView;
import dev.sluice.quota.journal.AllocStore;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Metrics of single quotas: of the rate quotas that were asked most, and of the fullest allocation quotas. Only names that an
 * operator wrote are labels: names that clients make up, below {@code "*"}, are not, because they may be secret and have no end.
 * Thread-safe.
 */
final class BusiestQuotas {
    /** Of each kind. */
    static final int SHOWN_MAX = 20;

    private static final Comparator<AllocationRow> BY_NAME =
            Comparator.comparing(AllocationRow::namespace).thenComparing(AllocationRow::resource);
    private static final Comparator<AllocationRow> BY_FULLNESS = Comparator.comparingDouble(
                    (AllocationRow row) -> (double) row.allocated() / Math.max(1, row.capacity()))
            .thenComparing(BY_NAME.reversed());

    private final TokenAdmission rates;
    private final AllocStore store;

    BusiestQuotas(TokenAdmission rates, AllocStore store) {
        this.rates = rates;
        this.store = store;
    }

    /** The fullest allocation quotas of which something is allocated, in the order of their names. */
    static List<AllocationRow> allocations(AllocStore store, int most) {
        PriorityQueue<AllocationRow> kept = new PriorityQueue<>(BY_FULLNESS);
        for (QuotaName name : store.names()) {
            QuotaView view = store.view(name).orElse(null);
            if (view != null && view.allocated() > 0) {
                kept.add(new AllocationRow(
                        name.namespace(), name.resource(), view.allocated(), view.capacity(), view.version()));
                if (kept.size() > most) {
                    kept.poll();
                }
            }
        }
        return kept.stream().sorted(BY_NAME).toList();
    }

    private static Labels labels(String namespace, String resource) {
        return Labels.of("namespace", namespace, "resource", resource);
    }

    /** All of them, as they are now. */
    MetricSnapshots read() {
        CounterSnapshot.Builder taken = CounterSnapshot.builder()
                .name("sluice_quota_tokens_taken")
                .help("Tokens that the rate quotas which are asked most gave here");
        CounterSnapshot.Builder refused =
                CounterSnapshot.builder().name("sluice_quota_calls_refused").help("Calls that they refused here");
        for (LimitUsage usage : rates.busiest(SHOWN_MAX, System.nanoTime())) {
            QuotaName name = QuotaName.ofSubject(usage.subject());
            taken.dataPoint(point(name, usage.admittedHere()));
            refused.dataPoint(point(name, usage.rejectedHere()));
        }
        GaugeSnapshot.Builder allocated = GaugeSnapshot.builder()
                .name("sluice_quota_allocated")
                .help("Tokens that are allocated of the fullest allocation quotas");
        GaugeSnapshot.Builder capacity =
                GaugeSnapshot.builder().name("sluice_quota_capacity").help("Tokens that they have");
        for (AllocationRow row : allocations(store, SHOWN_MAX)) {
            Labels labels = labels(row.namespace(), row.resource());
            allocated.dataPoint(GaugeDataPointSnapshot.builder()
                    .labels(labels)
                    .value((double) row.allocated())
                    .build());
            capacity.dataPoint(GaugeDataPointSnapshot.builder()
                    .labels(labels)
                    .value((double) row.capacity())
                    .build());
        }
        return new MetricSnapshots(taken.build(), refused.build(), allocated.build(), capacity.build());
    }

    private static CounterDataPointSnapshot point(QuotaName name, long value) {
        return CounterDataPointSnapshot.builder()
                .labels(labels(name.namespace(), name.resource()))
                .value((double) value)
                .build();
    }
}
