package dev.sluice.proxy.s3;

import dev.sluice.limits.model.OperationClass;
import dev.sluice.proxy.http1.HeaderLines;
import dev.sluice.proxy.http1.HttpMethod;
import dev.sluice.proxy.http1.KnownHeader;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.s3.auth.AccessKeyParser;
import java.nio.charset.StandardCharsets;

/**
 * Reads an {@link S3Request} from the bytes of a head. The common form, a bucket and a key in plain ASCII without a
 * query, is read in place. Every other form goes through {@link S3RequestParser}; both give the same result for the same
 * head. Belongs to one event loop.
 */
public final class S3HeadParser {
    private final S3RequestParser parser;
    private final HostDomains domains;

    public S3HeadParser(HostDomains domains) {
        this.parser = new S3RequestParser(domains);
        this.domains = domains;
    }

    /** Reads a head; see {@link S3RequestParser#parse}. */
    public S3Request parse(RequestHead head) {
        byte[] bytes = head.bytes();
        int start = head.targetStart();
        int end = head.targetEnd();
        if (head.queryStart() >= 0 || bytes[start] != '/' || head.method() == HttpMethod.OTHER) {
            return parseAny(head);
        }
        String hosted = domains.bucketOf(value(head, KnownHeader.HOST));
        if (!hosted.isEmpty()) {
            return isPlain(hosted) ? plain(head, hosted, start + 1) : parseAny(head);
        }
        int slash = start + 1;
        while (slash < end && bytes[slash] != '/') {
            slash++;
        }
        String segment = text(head, start + 1, slash);
        return isPlainBucket(segment) ? plain(head, segment, slash + 1) : parseAny(head);
    }

    /** Whether the first segment of a path is a bucket's name alone: not the root of another API, no tenant, no escape. */
    private static boolean isPlainBucket(String segment) {
        return !segment.isEmpty()
                && !segment.equals("admin")
                && !segment.equals("swift")
                && !segment.equals("auth")
                && isPlain(segment);
    }

    private S3Request plain(RequestHead head, String bucket, int key) {
        byte[] bytes = head.bytes();
        boolean hasKey = key < head.targetEnd();
        if (hasKey && bytes[key] == '%') {
            // A broken escape ends the path: there may be no key.
            return parseAny(head);
        }
        OperationClass operation = switch (head.method()) {
            case GET -> hasKey ? OperationClass.READ : OperationClass.LIST;
            case HEAD -> OperationClass.READ;
            case DELETE -> OperationClass.DELETE;
            case PUT, POST, OPTIONS, OTHER -> OperationClass.WRITE;
        };
        return new S3Request(GatewayApi.S3, operation, "", bucket, accessKey(head));
    }

    private String accessKey(RequestHead head) {
        int line = head.index(KnownHeader.AUTHORIZATION);
        if (line < 0) {
            return "";
        }
        HeaderLines lines = head.headers();
        long found = AccessKeyParser.find(head.bytes(), lines.valueStart(line), lines.valueEnd(line));
        return found == AccessKeyParser.NONE
                ? ""
                : text(head, AccessKeyParser.start(found), AccessKeyParser.end(found));
    }

    private S3Request parseAny(RequestHead head) {
        return parser.parse(
                head.method() == HttpMethod.OTHER
                        ? text(head, 0, head.methodEnd())
                        : head.method().name(),
                text(head, head.targetStart(), head.targetEnd()),
                value(head, KnownHeader.HOST),
                value(head, KnownHeader.AUTHORIZATION));
    }

    /** Whether a name has no tenant, no escape and only ASCII. */
    private static boolean isPlain(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == ':' || c == '%' || c > 0x7F) {
                return false;
            }
        }
        return true;
    }

    private static String value(RequestHead head, KnownHeader name) {
        int line = head.index(name);
        HeaderLines lines = head.headers();
        return line < 0 ? "" : text(head, lines.valueStart(line), lines.valueEnd(line));
    }

    private static String text(RequestHead head, int from, int to) {
        return new String(head.bytes(), from, to - from, StandardCharsets.ISO_8859_1);
    }
}
