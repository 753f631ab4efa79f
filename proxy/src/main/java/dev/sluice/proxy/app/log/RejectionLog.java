package dev.sluice.proxy.app.log;

import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.usage.LimitUsage;
import dev.sluice.policy.hocon.ProblemTexts;
import dev.sluice.policy.identity.IdentityDirectory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs every few seconds which limits have rejected the most since the last time, and how much all of them have by scope. A line for each rejection would flood the
 * log exactly when it is needed. Belongs to one thread.
 */
public final class RejectionLog {
    private static final Logger LOG = LoggerFactory.getLogger(RejectionLog.class);
    private static final int LINES_MAX = 5;
    private static final String REJECTED = "rejected";
    private static final String WOULD_REJECT = "would reject";
    private static final int ROWS_MAX = 100_000;

    private final Admission admission;
    private final IdentityDirectory directory;
    private Map<Row, Long> before = new HashMap<>();

    /** Real rejections and those of a shadow limit are counted apart: a limit may have been in shadow a moment ago. */
    private record Row(Scope scope, String subject, Dimension dimension, String verb) {}

    private record Grown(LimitUsage usage, String verb, long rejected) {}

    public RejectionLog(Admission admission, IdentityDirectory directory) {
        this.admission = admission;
        this.directory = directory;
    }

    /** To be called every few seconds. */
    public void report(long nowNanos) {
        Map<Row, Long> now = new HashMap<>();
        List<Grown> grown = new ArrayList<>();
        for (LimitUsage usage : admission.usage(ROWS_MAX, nowNanos)) {
            count(usage, REJECTED, usage.rejectedHere(), now, grown);
            count(usage, WOULD_REJECT, usage.wouldRejectHere(), now, grown);
        }
        before = now;
        grown.sort(Comparator.comparingLong(Grown::rejected).reversed());
        if (grown.size() > LINES_MAX) {
            logScopes(grown);
        }
        for (Grown g : grown.subList(0, Math.min(LINES_MAX, grown.size()))) {
            LOG.info(
                    "{} {} requests of {}: {} = {}",
                    g.verb,
                    g.rejected,
                    subject(g.usage),
                    g.usage.dimension().key(),
                    g.usage.limit().text());
        }
    }

    /** All of them by scope, before the few that have a line of their own. */
    private static void logScopes(List<Grown> grown) {
        for (String verb : List.of(REJECTED, WOULD_REJECT)) {
            Map<Scope, LongSummaryStatistics> scopes = grown.stream()
                    .filter(g -> g.verb.equals(verb))
                    .collect(Collectors.groupingBy(
                            g -> g.usage.scope(),
                            () -> new EnumMap<>(Scope.class),
                            Collectors.summarizingLong(Grown::rejected)));
            if (!scopes.isEmpty()) {
                LOG.info(
                        "{} {} requests by {} limits: {}. The busiest follow",
                        verb,
                        scopes.values().stream()
                                .mapToLong(LongSummaryStatistics::getSum)
                                .sum(),
                        scopes.values().stream()
                                .mapToLong(LongSummaryStatistics::getCount)
                                .sum(),
                        scopes.entrySet().stream()
                                .map(scope -> scope.getKey().key() + " "
                                        + scope.getValue().getSum() + " by "
                                        + scope.getValue().getCount())
                                .collect(Collectors.joining(", ")));
            }
        }
    }

    private void count(LimitUsage usage, String verb, long refused, Map<Row, Long> now, List<Grown> grown) {
        if (refused == 0) {
            return;
        }
        Row row = new Row(usage.scope(), usage.subject(), usage.dimension(), verb);
        now.put(row, refused);
        long more = refused - before.getOrDefault(row, 0L);
        if (more > 0) {
            grown.add(new Grown(usage, verb, more));
        }
    }

    private String subject(LimitUsage usage) {
        String scope = usage.scope().key();
        return usage.subject().isEmpty()
                ? scope
                : scope + " " + ProblemTexts.visible(directory.display(usage.scope(), usage.subject()));
    }
}
