package dev.sluice.proxy;

import dev.sluice.limits.Admission;
import dev.sluice.limits.Dimension;
import dev.sluice.limits.OnExceed;
import dev.sluice.limits.Scope;
import dev.sluice.limits.Usage;
import dev.sluice.policy.Directory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says every few seconds which limits rejected the most since the last time: a line for each rejection would drown the
 * log exactly when it is needed. Belongs to one thread.
 */
final class RejectionLog {
    private static final Logger LOG = LoggerFactory.getLogger(RejectionLog.class);
    private static final int MOST_LINES = 5;
    private static final int MOST_ROWS = 100_000;

    private final Admission admission;
    private Map<Row, Long> before = new HashMap<>();

    private record Row(Scope scope, String subject, Dimension dimension) {}

    private record Grown(Usage usage, long rejected) {}

    RejectionLog(Admission admission) {
        this.admission = admission;
    }

    void report(long nowNanos) {
        Map<Row, Long> now = new HashMap<>();
        List<Grown> grown = new ArrayList<>();
        for (Usage usage : admission.usage(MOST_ROWS, nowNanos)) {
            long refused = usage.rejectedHere() + usage.wouldRejectHere();
            if (refused > 0) {
                Row row = new Row(usage.scope(), usage.subject(), usage.dimension());
                now.put(row, refused);
                long more = refused - before.getOrDefault(row, 0L);
                if (more > 0) {
                    grown.add(new Grown(usage, more));
                }
            }
        }
        before = now;
        grown.sort(Comparator.comparingLong(Grown::rejected).reversed());
        for (Grown g : grown.subList(0, Math.min(MOST_LINES, grown.size()))) {
            LOG.info(
                    "{} {} requests of {}: {} = {}",
                    g.usage.limit().onExceed() == OnExceed.SHADOW ? "would reject" : "rejected",
                    g.rejected,
                    who(g.usage),
                    g.usage.dimension().key(),
                    g.usage.limit().text());
        }
        if (grown.size() > MOST_LINES) {
            LOG.info("and {} more limits rejected requests", grown.size() - MOST_LINES);
        }
    }

    private static String who(Usage usage) {
        String scope = usage.scope().key();
        return usage.subject().isEmpty() ? scope : scope + " " + Directory.display(usage.subject());
    }
}
