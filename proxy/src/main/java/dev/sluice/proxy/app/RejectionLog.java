package dev.sluice.proxy.app;

import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.usage.LimitUsage;
import dev.sluice.policy.identity.IdentityDirectory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs every few seconds which limits have rejected the most since the last time. A line for each rejection would flood the
 * log exactly when it is needed. Belongs to one thread.
 */
final class RejectionLog {
    private static final Logger LOG = LoggerFactory.getLogger(RejectionLog.class);
    private static final int LINES_MAX = 5;
    private static final int ROWS_MAX = 100_000;

    private final Admission admission;
    private final IdentityDirectory directory;
    private Map<Row, Long> before = new HashMap<>();

    /** Real rejections and those of a shadow limit are counted apart: a limit may have been in shadow a moment ago. */
    private record Row(Scope scope, String subject, Dimension dimension, String verb) {}

    private record Grown(LimitUsage usage, String verb, long rejected) {}

    RejectionLog(Admission admission, IdentityDirectory directory) {
        this.admission = admission;
        this.directory = directory;
    }

    void report(long nowNanos) {
        Map<Row, Long> now = new HashMap<>();
        List<Grown> grown = new ArrayList<>();
        for (LimitUsage usage : admission.usage(ROWS_MAX, nowNanos)) {
            count(usage, "rejected", usage.rejectedHere(), now, grown);
            count(usage, "would reject", usage.wouldRejectHere(), now, grown);
        }
        before = now;
        grown.sort(Comparator.comparingLong(Grown::rejected).reversed());
        for (Grown g : grown.subList(0, Math.min(LINES_MAX, grown.size()))) {
            LOG.info(
                    "{} {} requests of {}: {} = {}",
                    g.verb,
                    g.rejected,
                    subject(g.usage),
                    g.usage.dimension().key(),
                    g.usage.limit().text());
        }
        if (grown.size() > LINES_MAX) {
            LOG.info("and {} more limits rejected requests", grown.size() - LINES_MAX);
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
        return usage.subject().isEmpty() ? scope : scope + " " + directory.display(usage.scope(), usage.subject());
    }
}
