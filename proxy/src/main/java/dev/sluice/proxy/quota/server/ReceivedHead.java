package dev.sluice.proxy.quota.server;

import dev.sluice.proxy.http1.HeaderLines;
import dev.sluice.proxy.http1.HttpMethod;
import dev.sluice.proxy.http1.KnownHeader;
import dev.sluice.proxy.http1.OctetClasses;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.quota.http.QuotaHeaders;
import java.nio.charset.StandardCharsets;

/**
 * What is kept of a head while its body comes: the parser is shared by all connections of a loop. Immutable.
 *
 * @param path without the query, as it was sent; a char is a byte
 * @param query behind the question mark; empty: none
 * @param host the header {@code Host}; empty: none
 * @param isOfAPage whether a browser sent it for a web page: it has the header {@code Origin}, as all calls of a page have but
 *     the harmless ones
 * @param problem why the head can't be served, though it is well-formed; empty: it can
 */
record ReceivedHead(
        String method,
        String path,
        String query,
        QuotaHeaders headers,
        String host,
        boolean isOfAPage,
        String problem) {
    private static final byte[] IF_MATCH = ascii("if-match");
    private static final byte[] IF_NONE_MATCH = ascii("if-none-match");
    private static final byte[] IDEMPOTENCY_KEY = ascii("idempotency-key");
    private static final byte[] ORIGIN = ascii("origin");
    private static final byte[] CONTENT_ENCODING = ascii("content-encoding");
    private static final byte[] FORWARDED = ascii(QuotaHeaders.FORWARDED);

    /** The problem of a body that is compressed. */
    static final String ENCODED = "the body must not be compressed";

    private static final int VALUE_CHARS_MAX = 255;

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Copies what matters.
     *
     * @param client address and port
     */
    static ReceivedHead of(RequestHead head, String client) {
        byte[] bytes = head.bytes();
        int query = head.queryStart();
        String method = head.method() == HttpMethod.OTHER
                ? text(bytes, 0, head.methodEnd())
                : head.method().name();
        Scan scan = new Scan();
        scan.lines(head.headers(), bytes);
        String queryText = query < 0 ? "" : text(bytes, query, head.targetEnd());
        return new ReceivedHead(
                method,
                text(bytes, head.targetStart(), query < 0 ? head.targetEnd() : query - 1),
                queryText,
                new QuotaHeaders(
                        scan.authorization,
                        scan.ifMatch,
                        scan.ifNoneMatch,
                        scan.idempotencyKey,
                        client,
                        queryText,
                        scan.isForwarded),
                scan.host,
                scan.isOfAPage,
                scan.problem);
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    /** Whether only its head is to be sent back. */
    boolean wantsNoBody() {
        return method.equals("HEAD");
    }

    /** One pass over the header lines. */
    private static final class Scan {
        private String authorization = "";
        private String host = "";
        private String ifMatch = "";
        private String ifNoneMatch = "";
        private String idempotencyKey = "";
        private String problem = "";
        private boolean isOfAPage;
        private boolean isForwarded;

        void lines(HeaderLines lines, byte[] bytes) {
            for (int i = 0; i < lines.count(); i++) {
                KnownHeader known = lines.header(i);
                if (known == KnownHeader.AUTHORIZATION) {
                    authorization = value(lines, i, bytes);
                } else if (known == KnownHeader.HOST) {
                    host = value(lines, i, bytes);
                } else if (known == KnownHeader.OTHER) {
                    other(lines, i, bytes);
                }
            }
        }

        private void other(HeaderLines lines, int i, byte[] bytes) {
            int length = lines.nameEnd(i) - lines.lineStart(i);
            if (length == IF_MATCH.length) {
                ifMatch = ifNamed(IF_MATCH, lines, i, bytes, ifMatch);
            } else if (length == IF_NONE_MATCH.length) {
                ifNoneMatch = ifNamed(IF_NONE_MATCH, lines, i, bytes, ifNoneMatch);
            } else if (length == IDEMPOTENCY_KEY.length) {
                idempotencyKey = ifNamed(IDEMPOTENCY_KEY, lines, i, bytes, idempotencyKey);
            } else if (length == ORIGIN.length) {
                isOfAPage |= isNamed(ORIGIN, lines, i, bytes);
            } else if (length == FORWARDED.length) {
                isForwarded |= isNamed(FORWARDED, lines, i, bytes);
            } else if (length == CONTENT_ENCODING.length
                    && isNamed(CONTENT_ENCODING, lines, i, bytes)
                    && !value(lines, i, bytes).equalsIgnoreCase("identity")) {
                problem = ENCODED;
            }
        }

        private String ifNamed(byte[] name, HeaderLines lines, int i, byte[] bytes, String before) {
            if (!isNamed(name, lines, i, bytes)) {
                return before;
            }
            String value = value(lines, i, bytes);
            if (value.isEmpty() || value.length() > VALUE_CHARS_MAX || !before.isEmpty()) {
                problem = "header " + new String(name, StandardCharsets.US_ASCII) + " must be given once, with 1 to "
                        + VALUE_CHARS_MAX + " characters";
            }
            return value;
        }

        private static boolean isNamed(byte[] name, HeaderLines lines, int i, byte[] bytes) {
            return OctetClasses.equalsIgnoreCase(bytes, lines.lineStart(i), name, 0, name.length);
        }

        private static String value(HeaderLines lines, int i, byte[] bytes) {
            return text(bytes, lines.valueStart(i), lines.valueEnd(i));
        }
    }
}
