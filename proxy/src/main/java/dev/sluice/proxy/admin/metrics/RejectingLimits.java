package dev.sluice.proxy.admin.metrics;

import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.sharing.Ledger;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.BiFunction;

/**
 * Metrics of single limits: of those that rejected the most on this sidecar, whose subjects are labels then. The number of
 * series is bounded, whatever clients send; what all others rejected is one more series. Thread-safe.
 */
public final class RejectingLimits {
    /** The subject of the series of all others. */
    private static final String OTHERS = "(others)";

    private final Admission admission;
    private final BiFunction<Scope, String, String> display;
    private final int shownMax;
    /** As of the last scrape. */
    private final IdentityHashMap<Ledger, Long> shownBefore = new IdentityHashMap<>();

    private long totalBefore;
    private long others;
    private long othersNow;

    /** A limit and what it had rejected when it was looked at; it goes on rejecting. */
    private record Rejecting(Ledger limit, long rejected) {}

    /**
     * Of one sidecar.
     *
     * @param display gives the name of a subject for people
     * @param shownMax so many series besides that of the others; 0: none
     */
    public RejectingLimits(Admission admission, BiFunction<Scope, String, String> display, int shownMax) {
        this.admission = admission;
        this.display = display;
        this.shownMax = shownMax;
    }

    /** Registers them. */
    public void bind(SluiceMetrics to) {
        if (shownMax > 0) {
            to.families(this::read);
        }
    }

    private synchronized MetricSnapshots read() {
        // First: what is rejected meanwhile is of the next scrape.
        long total = total();
        List<Rejecting> shown = top();
        CounterSnapshot.Builder family = CounterSnapshot.builder()
                .name("sluice_limit_rejected")
                .help("Requests rejected here, of the limits that rejected the most since they came into use");
        // Two subjects that people see under one name, as by a part of a hash, are one series: a scrape has none twice.
        Map<Labels, Long> counts = new LinkedHashMap<>();
        for (Rejecting one : shown) {
            Scope scope = one.limit().owner().scope();
            String subject = display.apply(scope, one.limit().owner().label());
            counts.merge(labels(scope.key(), subject, one.limit().dimension().key()), one.rejected(), Long::sum);
        }
        counts.put(labels("", OTHERS, ""), others(total, shown));
        counts.forEach((labels, count) -> family.dataPoint(CounterDataPointSnapshot.builder()
                .labels(labels)
                .value((double) count)
                .build()));
        return new MetricSnapshots(family.build());
    }

    private List<Rejecting> top() {
        PriorityQueue<Rejecting> kept = new PriorityQueue<>(Comparator.comparingLong(Rejecting::rejected));
        admission.forEachLimit(limit -> {
            long rejected = limit.rejectedCount();
            boolean isShown = rejected > 0 && limit.owner().scope() != Scope.QUOTA;
            if (isShown && (kept.size() < shownMax || rejected > kept.element().rejected())) {
                kept.add(new Rejecting(limit, rejected));
                if (kept.size() > shownMax) {
                    kept.remove();
                }
            }
        });
        return List.copyOf(kept);
    }

    private long total() {
        long total = 0;
        for (Scope scope : Scope.values()) {
            for (Dimension dimension : Dimension.values()) {
                total += scope == Scope.QUOTA ? 0 : admission.rejected(scope, dimension);
            }
        }
        return total;
    }

    /** It never falls: what a limit rejected before it came to be shown stays with the others. */
    private long others(long total, List<Rejecting> shown) {
        long more = total - totalBefore;
        for (Map.Entry<Ledger, Long> one : shownBefore.entrySet()) {
            more -= one.getKey().rejectedCount() - one.getValue();
        }
        if (shownBefore.isEmpty() && totalBefore == 0) {
            more = total - shown.stream().mapToLong(Rejecting::rejected).sum();
        }
        othersNow += more;
        others = Math.max(others, othersNow);
        totalBefore = total;
        shownBefore.clear();
        shown.forEach(one -> shownBefore.put(one.limit(), one.rejected()));
        return others;
    }

    private static Labels labels(String scope, String subject, String dimension) {
        return Labels.of("scope", scope, "subject", subject, "dimension", dimension);
    }
}
