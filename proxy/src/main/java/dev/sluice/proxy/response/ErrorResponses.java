package dev.sluice.proxy.response;

import dev.sluice.limits.admission.Verdict;
import dev.sluice.proxy.http1.HttpMethod;
import dev.sluice.proxy.http1.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The one place that writes responses which do not come from RGW. Their form is S3's XML error, with the fields and order
 * of RGW's own. Belongs to one event loop. While a client is over its limit most responses are rejections, so buffers and
 * the date are reused from one to the next.
 */
public final class ErrorResponses {
    private static final long NANOS_PER_MILLI = 1_000_000L;
    private static final int RESOURCE_BYTES_MAX = 1024;
    private static final int BUCKET_BYTES_MAX = 255;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US);

    private static final byte[] XML = ascii("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>");
    private static final byte[] MESSAGE = ascii("</Code><Message>");
    private static final byte[] BUCKET = ascii("</Message><BucketName>");
    private static final byte[] BUCKET_END = ascii("</BucketName><Resource>");
    private static final byte[] RESOURCE = ascii("</Message><Resource>");
    private static final byte[] REQUEST_ID = ascii("</Resource><RequestId>");
    private static final byte[] END = ascii("</RequestId><HostId>sluice</HostId></Error>");
    private static final byte[] HEADERS = ascii("\r\nContent-Type: application/xml\r\nx-amz-request-id: ");
    private static final byte[] SWIFT_HEADERS = ascii("\r\nContent-Type: text/plain; charset=utf-8\r\nX-Trans-Id: ");
    private static final byte[] DATE = ascii("\r\nDate: ");
    private static final byte[] LENGTH = ascii("\r\nContent-Length: ");
    private static final byte[] CLOSE = ascii("\r\nConnection: close");
    private static final byte[] KEEP_ALIVE = ascii("\r\nConnection: keep-alive");
    private static final byte[] VERSION = ascii("HTTP/1.1 ");
    private static final byte[] RETRY_AFTER = ascii("\r\nRetry-After: ");
    private static final byte[] RETRY_AFTER_MILLIS = ascii("\r\nx-amz-retry-after: ");
    private static final byte[] LIMIT = ascii("\r\nx-sluice-limit: ");
    private static final byte[] HEAD_END = ascii("\r\n\r\n");
    private static final byte[] SLOW_DOWN = ascii("503 Slow Down");
    private static final byte[] RATE_LIMITED = ascii("498 Rate Limited");
    private static final byte[] RATE_LIMITED_TEXT = ascii("Rate Limited");
    private static final byte[] SLOW_DOWN_CODE = ascii("SlowDown");
    private static final byte[] SLOW_DOWN_MESSAGE = ascii("Please reduce your request rate.");
    private static final byte[] LIMIT_IS_ZERO =
            ascii("The limit for this request is 0. No such request is admitted until the limit is raised.");

    private static final byte[] CONNECTIONS = ascii("sidecar connections");
    /** When a connection will end isn't known. Clients that are refused together return over this time. */
    private static final int CONNECTION_RETRY_MILLIS_MIN = 500;

    private static final int CONNECTION_RETRY_MILLIS_MAX = 2_500;

    private final SplittableRandom random = new SplittableRandom();
    private final ResponseText head = new ResponseText();
    private final ResponseText body = new ResponseText();
    private final byte[] requestId = new byte[18];
    private int bodyBytes;
    private long dateSecond = Long.MIN_VALUE;
    private byte[] date = new byte[0];

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Responds to a request that a limit rejected. The caller owns the result. A limit of 0 names no time to return.
     *
     * @param bucket for {@code BucketName}; empty: none
     * @param form as the client's API knows it
     */
    public ByteBuf rejection(
            ByteBufAllocator allocator,
            Verdict.Rejected verdict,
            String bucket,
            RejectionForm form,
            RequestHead request,
            ConnectionHeader connection) {
        nextRequestId();
        if (form == RejectionForm.SWIFT) {
            body.clear().append(verdict.isForGood() ? LIMIT_IS_ZERO : RATE_LIMITED_TEXT);
            begin(RATE_LIMITED, SWIFT_HEADERS, connection);
        } else {
            writeBody(SLOW_DOWN_CODE, verdict.isForGood() ? LIMIT_IS_ZERO : SLOW_DOWN_MESSAGE, bucket, request);
            begin(SLOW_DOWN, HEADERS, connection);
        }
        if (!verdict.isForGood()) {
            retryAfter((verdict.retryAfterNanos() + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI);
        }
        // RGW rejects with the same status and code: this header names the sidecar's limit.
        head.append(LIMIT)
                .append(verdict.scope().key())
                .append(' ')
                .append(verdict.dimension().key())
                .append(' ')
                .append(verdict.limit().text());
        return end(allocator, request.method());
    }

    /** Responds to a request with that method that failed for another reason. The caller owns the result. */
    public ByteBuf error(ByteBufAllocator allocator, ErrorKind kind, HttpMethod request, ConnectionHeader connection) {
        nextRequestId();
        writeBody(ascii(kind.code()), ascii(kind.message()), "", null);
        begin(ascii(kind.statusLine()), HEADERS, connection);
        if (kind == ErrorKind.TOO_MANY_CONNECTIONS) {
            retryAfter(random.nextInt(CONNECTION_RETRY_MILLIS_MIN, CONNECTION_RETRY_MILLIS_MAX + 1));
            head.append(LIMIT).append(CONNECTIONS);
        }
        return end(allocator, request);
    }

    private void retryAfter(long millis) {
        head.append(RETRY_AFTER)
                .append((millis + 999) / 1000)
                .append(RETRY_AFTER_MILLIS)
                .append(millis);
    }

    private void begin(byte[] statusLine, byte[] headers, ConnectionHeader connection) {
        head.clear()
                .append(VERSION)
                .append(statusLine)
                .append(LENGTH)
                .append(body.length())
                .append(headers)
                .append(requestId)
                .append(DATE)
                .append(date());
        switch (connection) {
            case CLOSE -> head.append(CLOSE);
            case KEEP_ALIVE -> head.append(KEEP_ALIVE);
            case ABSENT -> {}
        }
    }

    private ByteBuf end(ByteBufAllocator allocator, HttpMethod request) {
        head.append(HEAD_END);
        ByteBuf out = allocator.directBuffer(head.length() + body.length());
        head.writeTo(out);
        bodyBytes = request == HttpMethod.HEAD ? 0 : body.length();
        if (bodyBytes > 0) {
            body.writeTo(out);
        }
        return out;
    }

    private void writeBody(byte[] code, byte[] message, String bucket, @Nullable RequestHead request) {
        body.clear().append(XML).append(code).append(MESSAGE).append(message);
        if (bucket.isEmpty()) {
            body.append(RESOURCE);
        } else {
            byte[] name = bucket.getBytes(StandardCharsets.UTF_8);
            body.append(BUCKET)
                    .appendXml(name, 0, Math.min(name.length, BUCKET_BYTES_MAX))
                    .append(BUCKET_END);
        }
        if (request != null) {
            // Never the query: that of a presigned URL holds credentials.
            int end = request.queryStart() < 0 ? request.targetEnd() : request.queryStart() - 1;
            int from = request.targetStart();
            body.appendXml(request.bytes(), from, Math.min(end, from + RESOURCE_BYTES_MAX));
        }
        body.append(REQUEST_ID).append(requestId).append(END);
    }

    /** The {@code x-amz-request-id} of the last response that was written. */
    public String requestId() {
        return new String(requestId, StandardCharsets.US_ASCII);
    }

    /** How much of a body it had. */
    public int bodyBytes() {
        return bodyBytes;
    }

    private void nextRequestId() {
        requestId[0] = 's';
        requestId[1] = 'l';
        long bits = random.nextLong();
        for (int i = 2; i < requestId.length; i++) {
            requestId[i] = HEX[(int) (bits & 15)];
            bits >>>= 4;
        }
    }

    /** SDKs correct their clocks by this header. It is formatted once a second. */
    private byte[] date() {
        long second = System.currentTimeMillis() / 1000;
        if (second != dateSecond) {
            dateSecond = second;
            date = ascii(HTTP_DATE.format(Instant.ofEpochSecond(second).atOffset(ZoneOffset.UTC)));
        }
        return date;
    }
}
