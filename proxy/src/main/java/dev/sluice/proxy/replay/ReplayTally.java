package dev.sluice.proxy.replay;

import dev.sluice.limits.admission.Verdict;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Scope;
import dev.sluice.policy.source.PolicyEntry;
import dev.sluice.policy.source.PolicyOrigins;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Counts what a replay does to each user. Bounded: beyond so many users or rows, the counts of others are not kept apart. */
final class ReplayTally {
    private static final int ROWS_MAX = 20_000;
    private static final int USERS_MAX = 100_000;
    private static final int ROWS_SHOWN = 1_000;
    private static final long MINUTE_NANOS = 60_000_000_000L;
    private static final long SECOND_NANOS = 1_000_000_000L;

    private record Key(String user, Scope scope, String subject, Dimension dimension) {}

    private static final class Counts {
        private final Verdict.Rejected example;
        private final long firstNanos;
        private long lastNanos;
        private long rejected;
        private long bytes;
        private long minute;
        private long inMinute;
        private long worstMinute;
        private long inWorstMinute;

        Counts(Verdict.Rejected example, long nowNanos) {
            this.example = example;
            this.firstNanos = nowNanos;
        }

        void count(long requestBytes, long nowNanos) {
            rejected++;
            bytes += requestBytes;
            lastNanos = Math.max(lastNanos, nowNanos);
            long now = nowNanos / MINUTE_NANOS;
            inMinute = now == minute ? inMinute + 1 : 1;
            minute = now;
            if (inMinute > inWorstMinute) {
                inWorstMinute = inMinute;
                worstMinute = now;
            }
        }
    }

    private final Map<Key, Counts> rows = new HashMap<>();
    private final Map<String, Long> users = new HashMap<>();
    private final PolicyOrigins origins;
    private long firstNanos = Long.MAX_VALUE;
    private long lastNanos = Long.MIN_VALUE;
    private long rowsLeftOut;
    private long requests;
    private long admitted;
    private long rejected;
    private long wouldReject;
    private long waited;
    private long slowed;
    private long slowedNanos;

    ReplayTally(PolicyOrigins origins) {
        this.origins = origins;
    }

    void request(OpsLogEntry entry) {
        requests++;
        firstNanos = Math.min(firstNanos, entry.startNanos());
        lastNanos = Math.max(lastNanos, entry.startNanos());
        if (users.size() < USERS_MAX || users.containsKey(entry.user())) {
            users.merge(entry.user(), 1L, Long::sum);
        }
    }

    void admitted() {
        admitted++;
    }

    void waited() {
        waited++;
    }

    void slowed(long nanos) {
        slowed++;
        slowedNanos += nanos;
    }

    void rejected(OpsLogEntry entry, Verdict.Rejected verdict, long nowNanos) {
        rejected++;
        count(entry, verdict, nowNanos);
    }

    void wouldReject(OpsLogEntry entry, Verdict.Rejected verdict, long nowNanos) {
        wouldReject++;
        count(entry, verdict, nowNanos);
    }

    private void count(OpsLogEntry entry, Verdict.Rejected verdict, long nowNanos) {
        Key key = new Key(entry.user(), verdict.scope(), verdict.subject(), verdict.dimension());
        Counts counts = rows.get(key);
        if (counts == null) {
            if (rows.size() >= ROWS_MAX) {
                rowsLeftOut++;
                return;
            }
            counts = new Counts(verdict, nowNanos);
            rows.put(key, counts);
        }
        counts.count(entry.bytesSent() + entry.bytesReceived(), nowNanos);
    }

    ReplayReport report(OpsLogParser parser, long late, long bad, List<String> firstBad, long exemptUsers) {
        List<ReplayRow> shown = rows.entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<Key, Counts> row) -> row.getValue().rejected)
                        .reversed()
                        .thenComparing(row -> row.getKey().user()))
                .limit(ROWS_SHOWN)
                .map(row -> row(row.getKey(), row.getValue()))
                .toList();
        return new ReplayReport(
                requests,
                requests == 0 ? "" : time(firstNanos),
                requests == 0 ? "" : time(lastNanos),
                admitted,
                rejected,
                wouldReject,
                waited,
                slowed,
                slowedNanos / (double) SECOND_NANOS,
                parser.exempt() + exemptUsers,
                parser.unauthenticated(),
                bad,
                firstBad,
                late,
                shown,
                rowsLeftOut + Math.max(0, rows.size() - shown.size()));
    }

    private ReplayRow row(Key key, Counts counts) {
        Optional<PolicyEntry> entry = origins.entryFor(key.scope(), key.subject());
        return new ReplayRow(
                key.user(),
                key.scope(),
                key.subject(),
                key.dimension(),
                counts.example.limit().text(),
                counts.example.limit().onExceed().action(),
                entry.map(PolicyEntry::text).orElse(""),
                entry.map(found -> origins.of(found, key.dimension()).text()).orElse(""),
                counts.rejected,
                counts.bytes,
                users.getOrDefault(key.user(), 0L),
                time(counts.firstNanos),
                time(counts.lastNanos),
                time(counts.worstMinute * MINUTE_NANOS),
                counts.inWorstMinute);
    }

    private static String time(long nanos) {
        return Instant.ofEpochSecond(nanos / SECOND_NANOS, nanos % SECOND_NANOS)
                .truncatedTo(ChronoUnit.MILLIS)
                .toString();
    }
}
