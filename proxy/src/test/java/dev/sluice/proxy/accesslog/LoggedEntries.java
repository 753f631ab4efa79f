package dev.sluice.proxy.accesslog;

import dev.sluice.common.IpAddress;
import dev.sluice.limits.admission.Verdict;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.limits.model.Scope;
import dev.sluice.proxy.course.RequestOutcome;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;

/** Entries for tests, and what formats make of them. */
final class LoggedEntries {
    static final long WALL_MICROS = 1_795_881_600_123_456L;

    private LoggedEntries() {}

    /** A GET that was served. */
    static AccessEntry get(String line, String bucket, String userAgent, String referrer) {
        return entry("alice", bucket, line, userAgent, referrer, null, RequestOutcome.SERVED, false);
    }

    /** One that waited for room, and then had that end. */
    static AccessEntry held(RequestOutcome outcome) {
        return entry("alice", "b", "GET /b/k HTTP/1.1", "", "", null, outcome, true);
    }

    /** A request that a limit rejected. */
    static AccessEntry rejected(String line, String subject) {
        Limit limit = Limit.perSecond(40, MeterAlgorithm.WINDOW);
        return entry(
                subject,
                "b",
                line,
                "",
                "",
                new Verdict.Rejected(Scope.USER, subject, Dimension.READ_OPS, limit, 1),
                RequestOutcome.REJECTED,
                false);
    }

    private static AccessEntry entry(
            String user,
            String bucket,
            String line,
            String userAgent,
            String referrer,
            Verdict.Rejected rejection,
            RequestOutcome outcome,
            boolean isHeld) {
        return new AccessEntry(
                0,
                12_345_678,
                rejection == null ? 11_000_000 : 0,
                345_678,
                outcome,
                true,
                outcome == RequestOutcome.SERVED,
                isHeld,
                user,
                bucket,
                OperationClass.READ,
                rejection,
                rejection == null ? 200 : 503,
                0,
                4096,
                IpAddress.parse("192.0.2.7").orElseThrow(),
                line,
                userAgent,
                referrer,
                "s3.example.com",
                false,
                false,
                -1,
                "tx000-1",
                rejection == null ? "" : "SlowDown",
                4096);
    }

    static String json(AccessEntry entry) {
        return text(new JsonFormat("rgw1", ZoneOffset.ofHours(2)), entry);
    }

    static String s3(AccessEntry entry) {
        return text(new S3Format(), entry);
    }

    private static String text(EntryFormat format, AccessEntry entry) {
        LineBuilder lines = new LineBuilder();
        format.append(entry, WALL_MICROS, lines);
        return StandardCharsets.UTF_8.decode(lines.buffer()).toString();
    }
}
