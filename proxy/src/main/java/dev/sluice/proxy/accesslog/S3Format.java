package dev.sluice.proxy.accesslog;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/**
 * The format of S3's server access logs ("Amazon S3 server access log format" in its user guide), for tools that read those.
 * What a sidecar doesn't know is {@code -}. It has no place for verdict, limit and node: those are in the JSON.
 */
final class S3Format implements EntryFormat {
    private static final long MICROS = 1_000_000;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("'['dd/MMM/yyyy:HH:mm:ss xx']'", Locale.US);
    private static final List<String> SUB_RESOURCES = List.of(
            "acl",
            "cors",
            "lifecycle",
            "location",
            "logging",
            "notification",
            "policy",
            "tagging",
            "versioning",
            "versions",
            "website",
            "uploads");

    private long second = Long.MIN_VALUE;
    private String time = "";

    @Override
    public void append(AccessEntry entry, long wallMicros, LineBuilder to) {
        LoggedTarget target = LoggedTarget.of(entry.requestLine(), entry.bucket());
        long of = Math.floorDiv(wallMicros, MICROS);
        if (of != second) {
            second = of;
            time = TIME.format(Instant.ofEpochSecond(of).atZone(ZoneOffset.UTC));
        }
        // the owner of the bucket
        to.ascii("- ").field(Utf8.octets(entry.bucket()), false);
        to.ascii(' ').ascii(time);
        to.ascii(' ').ascii(entry.address().toString());
        to.ascii(' ').field(Utf8.octets(entry.shownUser()), false);
        to.ascii(' ').field(entry.requestId(), false);
        to.ascii(' ').field(operation(target, entry.isCopy()), false);
        to.ascii(' ').field(LoggedUri.withoutCredentials(target.key()), false);
        to.ascii(" \"").field(LoggedUri.ofLine(entry.requestLine()), true);
        to.ascii("\" ").field(entry.status() == 0 ? "" : Integer.toString(entry.status()), false);
        to.ascii(' ').field(entry.errorCode(), false);
        to.ascii(' ').field(positive(entry.bytesSent()), false);
        to.ascii(' ').field(positive(ObjectSize.of(entry, target)), false);
        to.ascii(' ').number(entry.totalNanos() / NANOS_PER_MILLI);
        to.ascii(' ').field(entry.isSent() ? Long.toString(entry.upstreamNanos() / NANOS_PER_MILLI) : "", false);
        to.ascii(" \"").field(LoggedUri.ofReferrer(entry.referrer()), true);
        to.ascii("\" \"").field(LoggedUri.withoutCredentials(entry.userAgent()), true);
        // version, host id, signature version, cipher, authentication
        to.ascii("\" - - - - - ").field(entry.host(), false);
        // TLS version, access point, whether an ACL was needed
        to.ascii(" - - -\n");
    }

    private static String positive(long number) {
        return number > 0 ? Long.toString(number) : "";
    }

    private static String operation(LoggedTarget target, boolean isCopy) {
        if (target.method().isEmpty()) {
            return "";
        }
        String resource = target.hasKey() ? "OBJECT" : target.hasBucket() ? "BUCKET" : "SERVICE";
        if (target.asks("uploadid")) {
            resource = target.asks("partnumber") ? "PART" : "UPLOAD";
        } else if (target.asks("delete") && !target.hasKey()) {
            resource = "MULTI_OBJECT_DELETE";
        } else {
            for (String sub : SUB_RESOURCES) {
                if (target.asks(sub)) {
                    resource = sub.toUpperCase(Locale.ROOT);
                }
            }
        }
        return "REST." + (isCopy && target.hasKey() ? "COPY" : target.method()) + "." + resource;
    }
}
