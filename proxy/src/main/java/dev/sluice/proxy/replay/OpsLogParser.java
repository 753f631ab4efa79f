package dev.sluice.proxy.replay;

import dev.sluice.proxy.admin.json.InvalidJsonException;
import dev.sluice.proxy.admin.json.JsonCodec;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Parses lines of RGW's ops log: one JSON object each, as the log file has them since release 17, and as the log socket of
 * all releases sends them, with commas between them and a bracket before the first.
 */
final class OpsLogParser {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final String ANONYMOUS = "anonymous";
    /** RGW refuses these before it knows a user: whose they were isn't in the log. */
    private static final Set<String> UNAUTHENTICATED =
            Set.of("InvalidAccessKeyId", "SignatureDoesNotMatch", "RequestTimeTooSkewed");

    private long exempt;
    private long unauthenticated;

    /** How many entries no limit applies to. */
    long exempt() {
        return exempt;
    }

    /** How many entries are of requests whose signature RGW refused. */
    long unauthenticated() {
        return unauthenticated;
    }

    /** The request of a line; empty: there is none, or none that limits apply to. */
    Optional<OpsLogEntry> parse(String line) throws BadLogLineException {
        String json = withoutList(line);
        if (json.isEmpty()) {
            return Optional.empty();
        }
        Map<String, Object> fields;
        try {
            fields = JsonCodec.readObject(json);
        } catch (InvalidJsonException e) {
            throw new BadLogLineException("not a JSON object");
        }
        String operation = required(fields, "operation");
        String user = text(fields, "user").equals(ANONYMOUS) ? "" : text(fields, "user");
        String[] words = text(fields, "uri").split(" ", 3);
        String method = words.length > 1 ? words[0] : "";
        String target = words.length > 1 ? words[1] : "";
        if (LoggedOperation.isExempt(operation, method, target, user)) {
            exempt++;
            return Optional.empty();
        }
        if (user.isEmpty() && UNAUTHENTICATED.contains(text(fields, "error_code"))) {
            unauthenticated++;
            return Optional.empty();
        }
        return Optional.of(new OpsLogEntry(
                nanos(required(fields, "time")),
                number(fields, "total_time") * NANOS_PER_MILLI,
                user,
                bucket(text(fields, "bucket")),
                LoggedOperation.classOf(operation, method),
                number(fields, "bytes_sent"),
                number(fields, "bytes_received")));
    }

    private static String withoutList(String line) {
        String json = line.strip();
        if (json.startsWith("[") || json.startsWith(",")) {
            json = json.substring(1).strip();
        }
        return json.endsWith(",") || json.endsWith("]")
                ? json.substring(0, json.length() - 1).strip()
                : json;
    }

    /** RGW writes {@code tenant/name}. */
    private static String bucket(String logged) {
        return logged.equals("-") ? "" : logged.replace('/', ':');
    }

    private static long nanos(String time) throws BadLogLineException {
        try {
            // releases before 15 have a blank in it
            Instant instant = Instant.parse(time.replace(' ', 'T'));
            return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
        } catch (DateTimeException | ArithmeticException e) {
            throw new BadLogLineException("no time such as 2026-11-28T09:44:16.288997Z");
        }
    }

    private static String required(Map<String, Object> fields, String key) throws BadLogLineException {
        String text = text(fields, key);
        if (text.isEmpty()) {
            throw new BadLogLineException("there is no " + key);
        }
        return text;
    }

    private static String text(Map<String, Object> fields, String key) {
        return fields.get(key) instanceof String text ? text : "";
    }

    private static long number(Map<String, Object> fields, String key) {
        return fields.get(key) instanceof Number number ? Math.max(0, number.longValue()) : 0;
    }
}
