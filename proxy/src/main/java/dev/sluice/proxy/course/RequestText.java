package dev.sluice.proxy.course;

import dev.sluice.proxy.http1.HeaderLines;
import dev.sluice.proxy.http1.KnownHeader;
import dev.sluice.proxy.http1.RequestHead;
import java.nio.charset.StandardCharsets;

/**
 * What logs need of a request's head, copied from it, with bounds on each part. It may hold credentials: a query has those
 * of a presigned URL. Whoever writes it out must leave them out. Reused from request to request; belongs to one event loop.
 */
public final class RequestText {
    /** Of a request line. */
    public static final int LINE_BYTES_MAX = 4096;

    /** Of each header's value. */
    public static final int VALUE_BYTES_MAX = 512;

    private static final byte[] USER_AGENT = ascii("user-agent");
    private static final byte[] REFERER = ascii("referer");
    /** As curl writes it, and RGW looks for it first. */
    private static final byte[] REFERRER = ascii("referrer");

    private static final byte[] TOKEN = ascii("x-amz-security-token");
    private static final byte[] COPY_SOURCE = ascii("x-amz-copy-source");
    private static final byte[] DECODED_LENGTH = ascii("x-amz-decoded-content-length");
    private static final int DIGITS_MAX = 18;

    private String line = "";
    private String userAgent = "";
    private String referrer = "";
    private String host = "";
    private boolean hasToken;
    private boolean isCopy;
    private long bodyBytes = -1;

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    void take(RequestHead head) {
        HeaderLines lines = head.headers();
        byte[] bytes = head.bytes();
        // The target and the version: " HTTP/1.1"
        int end = head.targetEnd() + 9;
        line = text(bytes, 0, end, LINE_BYTES_MAX);
        userAgent = value(head, lines.lastOf(bytes, USER_AGENT));
        int from = lines.lastOf(bytes, REFERRER);
        referrer = value(head, from < 0 ? lines.lastOf(bytes, REFERER) : from);
        host = value(head, head.index(KnownHeader.HOST));
        hasToken = lines.lastOf(bytes, TOKEN) >= 0;
        isCopy = lines.lastOf(bytes, COPY_SOURCE) >= 0;
        bodyBytes = number(value(head, lines.lastOf(bytes, DECODED_LENGTH)), head.contentLength());
    }

    /** Nothing is known: the head was malformed. */
    void clear() {
        line = "";
        userAgent = "";
        referrer = "";
        host = "";
        hasToken = false;
        isCopy = false;
        bodyBytes = -1;
    }

    private static String value(RequestHead head, int line) {
        HeaderLines lines = head.headers();
        return line < 0 ? "" : text(head.bytes(), lines.valueStart(line), lines.valueEnd(line), VALUE_BYTES_MAX);
    }

    /** Each byte is one character: the text is decoded where it is written. */
    private static String text(byte[] bytes, int from, int to, int bytesMax) {
        return new String(bytes, from, Math.min(to - from, bytesMax), StandardCharsets.ISO_8859_1);
    }

    private static long number(String text, long otherwise) {
        if (text.isEmpty() || text.length() > DIGITS_MAX) {
            return otherwise;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return otherwise;
            }
        }
        return Long.parseLong(text);
    }

    /** The request line: method, target and version. All bytes as characters of ISO 8859-1, as everywhere here. */
    public String line() {
        return line;
    }

    /** The value of {@code User-Agent}; empty: none. */
    public String userAgent() {
        return userAgent;
    }

    /** The value of {@code Referer}; empty: none. */
    public String referrer() {
        return referrer;
    }

    /** The value of {@code Host}; empty: none. */
    public String host() {
        return host;
    }

    /** Whether a header has a token of STS. */
    public boolean hasToken() {
        return hasToken;
    }

    /** Whether an object is copied. */
    public boolean isCopy() {
        return isCopy;
    }

    /** The size of the request's content, without the framing of signed chunks; -1: not stated. */
    public long bodyBytes() {
        return bodyBytes;
    }
}
