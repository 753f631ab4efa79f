package dev.sluice.proxy.accesslog;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * JSON with the names, the order and the types of RGW's ops log ({@code rgw_format_ops_log_entry} in {@code rgw_log.cc}),
 * and behind them what only the sidecar knows. {@code total_time} is in milliseconds, as RGW's.
 */
final class JsonFormat implements EntryFormat {
    private static final long MICROS = 1_000_000;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long NANOS_PER_MICRO = 1_000;
    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss");
    private static final DateTimeFormatter OFFSET = DateTimeFormatter.ofPattern("xx");

    private final String node;
    private final ZoneId zone;
    private long second = Long.MIN_VALUE;
    private String utc = "";
    private String local = "";
    private String offset = "";

    /** @param zone of {@code time_local} */
    JsonFormat(String node, ZoneId zone) {
        this.node = node;
        this.zone = zone;
    }

    @Override
    public void append(AccessEntry entry, long wallMicros, LineBuilder to) {
        LoggedTarget target = LoggedTarget.of(entry.requestLine(), entry.bucket());
        startSecond(Math.floorDiv(wallMicros, MICROS));
        long micros = Math.floorMod(wallMicros, MICROS);
        to.ascii("{\"bucket\":\"").json(entry.bucket().replace(':', '/'));
        to.ascii("\",\"time\":\"").ascii(utc).ascii('.').digits(micros, 6).ascii('Z');
        to.ascii("\",\"time_local\":\"")
                .ascii(local)
                .ascii('.')
                .digits(micros, 6)
                .ascii(offset);
        to.ascii("\",\"remote_addr\":\"").ascii(entry.address().toString());
        // RGW alone knows whose an object is.
        to.ascii("\",\"object_owner\":\"\",\"user\":\"").json(user(entry));
        to.ascii("\",\"operation\":\"").ascii(RgwOperationName.of(target, entry.isCopy()));
        to.ascii("\",\"uri\":\"").jsonBytes(LoggedUri.ofLine(entry.requestLine()));
        to.ascii("\",\"http_status\":\"").ascii(entry.status() == 0 ? "" : Integer.toString(entry.status()));
        to.ascii("\",\"error_code\":\"").jsonBytes(entry.errorCode());
        to.ascii("\",\"bytes_sent\":").number(entry.bytesSent());
        to.ascii(",\"bytes_received\":").number(entry.bytesReceived());
        to.ascii(",\"object_size\":").number(ObjectSize.of(entry, target));
        to.ascii(",\"total_time\":").number(entry.totalNanos() / NANOS_PER_MILLI);
        to.ascii(",\"user_agent\":\"").jsonBytes(LoggedUri.withoutCredentials(entry.userAgent()));
        to.ascii("\",\"referrer\":\"").jsonBytes(LoggedUri.ofReferrer(entry.referrer()));
        to.ascii("\",\"trans_id\":\"").jsonBytes(entry.requestId());
        to.ascii("\",\"authentication_type\":\"").ascii(authentication(entry));
        to.ascii("\",\"verdict\":\"").ascii(entry.verdict());
        to.ascii("\",\"limit\":\"").json(entry.limit());
        to.ascii("\",\"added_us\":").number(entry.addedNanos() / NANOS_PER_MICRO);
        to.ascii(",\"upstream_us\":").number(entry.upstreamNanos() / NANOS_PER_MICRO);
        to.ascii(",\"node\":\"").json(node).ascii("\"}\n");
    }

    private void startSecond(long of) {
        if (of != second) {
            second = of;
            Instant instant = Instant.ofEpochSecond(of);
            utc = SECONDS.format(instant.atZone(ZoneOffset.UTC));
            local = SECONDS.format(instant.atZone(zone));
            offset = OFFSET.format(instant.atZone(zone));
        }
    }

    /** As RGW names those without one. */
    private static String user(AccessEntry entry) {
        return entry.user().isEmpty() ? "anonymous" : entry.shownUser();
    }

    /** In RGW's words, as far as the request shows it. */
    private static String authentication(AccessEntry entry) {
        if (entry.hasToken()) {
            return "STS";
        }
        return entry.user().isEmpty() || entry.user().indexOf(':') >= 0 ? "" : "Local";
    }
}
