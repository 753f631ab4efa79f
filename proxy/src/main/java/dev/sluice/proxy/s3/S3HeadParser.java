package dev.sluice.proxy.s3;

import dev.sluice.limits.model.OperationClass;
import dev.sluice.proxy.http1.HeaderLines;
import dev.sluice.proxy.http1.HttpMethod;
import dev.sluice.proxy.http1.KnownHeader;
import dev.sluice.proxy.http1.OctetClasses;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.s3.auth.AccessKeyParser;
import java.nio.charset.StandardCharsets;

/**
 * Reads a {@link GatewayRequest} from the bytes of a head. The common form, a bucket and a key in plain ASCII without a
 * query, is read in place. Every other form goes through {@link S3RequestParser}; both give the same result for the same
 * head. Belongs to one event loop.
 */
public final class S3HeadParser {
    private final S3RequestParser parser;
    private final GatewayLayout layout;

    public S3HeadParser(GatewayLayout layout) {
        this.parser = new S3RequestParser(layout);
        this.layout = layout;
    }

    /** Reads a head; see {@link S3RequestParser#parse}. */
    public GatewayRequest parse(RequestHead head) {
        byte[] bytes = head.bytes();
        int start = head.targetStart();
        int end = head.targetEnd();
        if (head.queryStart() >= 0 || bytes[start] != '/' || !isPlainMethod(head.method())) {
            return parseAny(head);
        }
        String hosted = layout.domains().bucketOf(value(head, KnownHeader.HOST));
        if (!hosted.isEmpty()) {
            return isPlainBucket(hosted) && isPlainKey(bytes, start + 1, end)
                    ? plain(head, hosted, start + 1)
                    : parseAny(head);
        }
        int slash = start + 1;
        while (slash < end && bytes[slash] != '/') {
            slash++;
        }
        String segment = text(head, start + 1, slash);
        return isPlainBucket(segment) && isPlainKey(bytes, slash + 1, end)
                ? plain(head, segment, slash + 1)
                : parseAny(head);
    }

    /** Others may be forms, preflights or unknown. */
    private static boolean isPlainMethod(HttpMethod method) {
        return switch (method) {
            case GET, HEAD, PUT, DELETE -> true;
            case POST, OPTIONS, OTHER -> false;
        };
    }

    /** Whether the first segment of a path is a bucket's name alone: not the root of another API, no tenant, no escape. */
    private boolean isPlainBucket(String segment) {
        return !segment.isEmpty() && isPlain(segment) && !layout.isSpecial(segment);
    }

    /** Whether the escapes of a key are whole, and none stands at its beginning, where a broken one leaves no key. */
    private static boolean isPlainKey(byte[] bytes, int from, int to) {
        if (from >= to) {
            return true;
        }
        if (bytes[from] == '%') {
            return false;
        }
        int at = OctetClasses.indexOf((byte) '%', bytes, from, to);
        while (at < to) {
            if (to - at < 3 || !isHex(bytes[at + 1]) || !isHex(bytes[at + 2])) {
                return false;
            }
            at = OctetClasses.indexOf((byte) '%', bytes, at + 3, to);
        }
        return true;
    }

    private static boolean isHex(byte octet) {
        return (octet >= '0' && octet <= '9') || (octet >= 'a' && octet <= 'f') || (octet >= 'A' && octet <= 'F');
    }

    private static S3Request plain(RequestHead head, String bucket, int key) {
        boolean hasKey = key < head.targetEnd();
        OperationClass operation = switch (head.method()) {
            case GET -> hasKey ? OperationClass.READ : OperationClass.LIST;
            case HEAD -> OperationClass.READ;
            case DELETE -> OperationClass.DELETE;
            case PUT, POST, OPTIONS, OTHER -> OperationClass.WRITE;
        };
        return new S3Request(operation, "", bucket, accessKey(head));
    }

    private static String accessKey(RequestHead head) {
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

    private GatewayRequest parseAny(RequestHead head) {
        return parser.parse(
                head.method() == HttpMethod.OTHER
                        ? text(head, 0, head.methodEnd())
                        : head.method().name(),
                text(head, head.targetStart(), head.targetEnd()),
                value(head, KnownHeader.HOST),
                value(head, KnownHeader.AUTHORIZATION),
                name -> last(head, name));
    }

    private static String last(RequestHead head, String name) {
        HeaderLines lines = head.headers();
        int line = lines.lastOf(head.bytes(), name.getBytes(StandardCharsets.US_ASCII));
        return line < 0 ? "" : text(head, lines.valueStart(line), lines.valueEnd(line));
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
