package dev.sluice.proxy.course;

import dev.sluice.proxy.http1.HeaderLines;
import dev.sluice.proxy.http1.ResponseHead;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** What logs need of a response: its id, the code of its error, the size of its object. Belongs to one event loop. */
public final class ResponseFacts {
    /** Of an id and of an error's code. */
    private static final int VALUE_BYTES_MAX = 128;

    /** RGW writes the code at the beginning. */
    private static final int ERROR_BYTES_MAX = 512;

    private static final int PARTIAL = 206;
    private static final int ERRORS = 400;
    private static final byte[] REQUEST_ID = ascii("x-amz-request-id");
    private static final byte[] SWIFT_ID = ascii("x-trans-id");
    private static final byte[] CONTENT_RANGE = ascii("content-range");
    private static final String CODE = "<Code>";
    private static final int DIGITS_MAX = 18;

    private String requestId = "";
    private String errorCode = "";
    private long objectBytes = -1;
    /** Of an error whose body has not begun to come. */
    private boolean isCodeMissing;

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    void take(ResponseHead head, ByteBuf from, int bodyBytes) {
        errorCode = "";
        int line = head.headers().lastOf(head.bytes(), REQUEST_ID);
        requestId = value(head, line < 0 ? head.headers().lastOf(head.bytes(), SWIFT_ID) : line);
        isCodeMissing = head.status() >= ERRORS;
        takeBody(from, from.readerIndex() + head.length(), bodyBytes);
        objectBytes = head.status() == PARTIAL
                ? whole(value(head, head.headers().lastOf(head.bytes(), CONTENT_RANGE)))
                : head.contentLength();
    }

    /** A part of the body has come; RGW may send it behind the head. Only the first part is looked at. */
    void takeBody(ByteBuf from, int at, int bytes) {
        if (isCodeMissing && bytes > 0) {
            isCodeMissing = false;
            errorCode = code(from, at, bytes);
        }
    }

    /** Of a response that the sidecar wrote. */
    void ofOwn(String id, String code) {
        isCodeMissing = false;
        requestId = id;
        errorCode = code;
        objectBytes = -1;
    }

    void clear() {
        ofOwn("", "");
    }

    private static String value(ResponseHead head, int line) {
        if (line < 0) {
            return "";
        }
        HeaderLines lines = head.headers();
        int from = lines.valueStart(line);
        int length = Math.min(lines.valueEnd(line) - from, VALUE_BYTES_MAX);
        return new String(head.bytes(), from, length, StandardCharsets.ISO_8859_1);
    }

    private static String code(ByteBuf from, int at, int bytes) {
        String body = from.toString(at, Math.min(bytes, ERROR_BYTES_MAX), StandardCharsets.ISO_8859_1);
        int start = body.indexOf(CODE) + CODE.length();
        int end = body.indexOf('<', start);
        boolean isThere = start >= CODE.length() && end > start && end - start <= VALUE_BYTES_MAX;
        return isThere ? body.substring(start, end) : "";
    }

    /** The size in {@code bytes 0-9/1234}; -1: none. */
    private static long whole(String range) {
        String size = range.substring(range.indexOf('/') + 1);
        boolean isNumber =
                !size.isEmpty() && size.length() <= DIGITS_MAX && size.chars().allMatch(c -> c >= '0' && c <= '9');
        return isNumber ? Long.parseLong(size) : -1;
    }

    /** The response's {@code x-amz-request-id}, or {@code X-Trans-Id} of Swift: RGW's, or the sidecar's own; empty: none. */
    public String requestId() {
        return requestId;
    }

    /** The {@code Code} of an error in XML, if it is in the first part of the body; empty: none. */
    public String errorCode() {
        return errorCode;
    }

    /** The length of the object that the response states; -1: none. */
    public long objectBytes() {
        return objectBytes;
    }
}
