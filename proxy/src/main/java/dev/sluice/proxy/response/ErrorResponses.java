package dev.sluice.proxy.response;

import dev.sluice.limits.admission.Verdict;
import dev.sluice.proxy.gate.Gate;
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
 * The one place that writes answers which do not come from RGW. Their form is S3's XML error, with the fields and order
 * of RGW's own. Belongs to one event loop: most traffic is rejections when limiting works, so what can be kept from one
 * to the next is kept.
 */
public final class ErrorResponses {
    private static final long NANOS_PER_MILLI = 1_000_000L;
    /** Clients that obey must not all come back in the same moment: up to this part of the wait is added. */
    private static final double RETRY_JITTER = 0.25;

    private static final int MOST_RESOURCE = 1024;
    private static final int MOST_BUCKET = 255;
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
    private static final byte[] SLOW_DOWN_CODE = ascii("SlowDown");
    private static final byte[] SLOW_DOWN_MESSAGE = ascii("Please reduce your request rate.");

    private static final String TOO_MANY_HEADERS =
            "\r\nRetry-After: 1\r\nx-amz-retry-after: 1000\r\nx-sluice-limit: sidecar connections";

    /** Errors that Sluice itself answers with. */
    public enum Kind {
        MALFORMED(400, "Bad Request", "InvalidRequest", "The request is not valid HTTP."),
        HEAD_TOO_LARGE(
                400,
                "Bad Request",
                "RequestHeaderSectionTooLarge",
                "The request line and headers are larger than this gateway takes."),
        TOO_SLOW(
                400,
                "Bad Request",
                "RequestTimeout",
                "The request was not sent within the time that this gateway waits."),
        METHOD(405, "Method Not Allowed", "MethodNotAllowed", "The method is not allowed."),
        EXPECTATION(417, "Expectation Failed", "InvalidRequest", "Only Expect: 100-continue is known."),
        /** Clients know what to do about a SlowDown: to wait and come back. */
        TOO_MANY_CONNECTIONS(
                503, "Slow Down", "SlowDown", "Too many connections are open. Please reduce your request rate."),
        UNREACHABLE(502, "Bad Gateway", "BadGateway", "The storage gateway can not be reached."),
        BROKE_OFF(502, "Bad Gateway", "BadGateway", "The storage gateway closed the connection."),
        NO_ANSWER(504, "Gateway Timeout", "GatewayTimeout", "The storage gateway did not answer in time.");

        private final String statusLine;
        private final String code;
        private final String message;

        Kind(int status, String reason, String code, String message) {
            this.statusLine = status + " " + reason;
            this.code = code;
            this.message = message;
        }
    }

    /** How the connection goes on after an answer. */
    public enum Then {
        /** Says nothing: HTTP/1.1 keeps the connection. */
        KEEP,
        /** Says so to an HTTP/1.0 client, which would close otherwise. */
        KEEP_1_0,
        CLOSE
    }

    private final SplittableRandom random = new SplittableRandom();
    private final ResponseText head = new ResponseText();
    private final ResponseText body = new ResponseText();
    private final byte[] requestId = new byte[18];
    private long dateSecond = Long.MIN_VALUE;
    private byte[] date = new byte[0];

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The answer to a request that a limit refused. The caller owns it. */
    public ByteBuf refusal(ByteBufAllocator allocator, Gate.Decision.Refuse refuse, RequestHead head, Then then) {
        nextRequestId();
        writeBody(SLOW_DOWN_CODE, SLOW_DOWN_MESSAGE, refuse.bucket(), head);
        Verdict.Rejected verdict = refuse.verdict();
        double jittered = verdict.retryAfterNanos() * (1 + RETRY_JITTER * random.nextDouble());
        long millis = Math.max(1, (long) Math.ceil(jittered / NANOS_PER_MILLI));
        begin(SLOW_DOWN, then);
        this.head
                .append(RETRY_AFTER)
                .append((millis + 999) / 1000)
                .append(RETRY_AFTER_MILLIS)
                .append(millis);
        // RGW rejects with the same status and code: this tells who it was, and by which limit.
        this.head
                .append(LIMIT)
                .append(verdict.scope().key())
                .append(' ')
                .append(verdict.dimension().key())
                .append(' ')
                .append(verdict.limit().text());
        return end(allocator, head.method() == RequestHead.Method.HEAD);
    }

    /** The answer to a request that failed for another reason. The caller owns it. */
    public ByteBuf failure(ByteBufAllocator allocator, Kind kind, boolean answersHead, Then then) {
        nextRequestId();
        writeBody(ascii(kind.code), ascii(kind.message), "", null);
        begin(ascii(kind.statusLine), then);
        if (kind == Kind.TOO_MANY_CONNECTIONS) {
            head.append(TOO_MANY_HEADERS);
        }
        return end(allocator, answersHead);
    }

    private void begin(byte[] statusLine, Then then) {
        head.clear()
                .append(VERSION)
                .append(statusLine)
                .append(LENGTH)
                .append(body.length())
                .append(HEADERS)
                .append(requestId)
                .append(DATE)
                .append(date());
        switch (then) {
            case CLOSE -> head.append(CLOSE);
            case KEEP_1_0 -> head.append(KEEP_ALIVE);
            case KEEP -> {}
        }
    }

    private ByteBuf end(ByteBufAllocator allocator, boolean answersHead) {
        head.append(HEAD_END);
        ByteBuf out = allocator.directBuffer(head.length() + body.length());
        head.writeTo(out);
        if (!answersHead) {
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
                    .appendXml(name, 0, Math.min(name.length, MOST_BUCKET))
                    .append(BUCKET_END);
        }
        if (request != null) {
            // Never the query: a presigned URL's holds credentials.
            int end = request.queryStart() < 0 ? request.targetEnd() : request.queryStart() - 1;
            int from = request.targetStart();
            body.appendXml(request.bytes(), from, Math.min(end, from + MOST_RESOURCE));
        }
        body.append(REQUEST_ID).append(requestId).append(END);
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

    /** SDKs correct their clocks by this header; made once a second. */
    private byte[] date() {
        long second = System.currentTimeMillis() / 1000;
        if (second != dateSecond) {
            dateSecond = second;
            date = ascii(HTTP_DATE.format(Instant.ofEpochSecond(second).atOffset(ZoneOffset.UTC)));
        }
        return date;
    }
}
