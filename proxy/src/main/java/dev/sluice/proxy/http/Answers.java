package dev.sluice.proxy.http;

import dev.sluice.limits.Verdict;
import dev.sluice.proxy.http1.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * The one place that writes answers which do not come from RGW. Their form is S3's XML error, with the fields and order
 * of RGW's own. Belongs to one event loop: most traffic is rejections when limiting works, so what can be kept from one
 * to the next is kept.
 */
final class Answers {
    private static final long NANOS_PER_MILLI = 1_000_000L;
    /** Clients that obey must not all come back in the same moment: up to this part of the wait is added. */
    private static final double RETRY_JITTER = 0.25;

    private static final int MOST_RESOURCE = 1024;
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
    private static final byte[] SLOW_DOWN = ascii("503 Slow Down");
    private static final byte[] SLOW_DOWN_CODE = ascii("SlowDown");
    private static final byte[] SLOW_DOWN_MESSAGE = ascii("Please reduce your request rate.");

    private static final String TOO_MANY_HEADERS =
            "\r\nRetry-After: 1\r\nx-amz-retry-after: 1000\r\nx-sluice-limit: sidecar connections";

    /** Errors that Sluice itself answers with. */
    enum Kind {
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
    enum Then {
        /** Says nothing: HTTP/1.1 keeps the connection. */
        KEEP,
        /** Says so to an HTTP/1.0 client, which would close otherwise. */
        KEEP_1_0,
        CLOSE
    }

    private final SplittableRandom random = new SplittableRandom();
    private final byte[] body = new byte[4096];
    private final byte[] requestId = new byte[18];
    private long dateSecond = Long.MIN_VALUE;
    private byte[] date = new byte[0];
    private int bodyLength;

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The answer to a request that a limit refused. The caller owns it. */
    ByteBuf refusal(ByteBufAllocator allocator, Gate.Decision.Refuse refuse, RequestHead head, Then then) {
        nextRequestId();
        writeBody(SLOW_DOWN_CODE, SLOW_DOWN_MESSAGE, refuse.bucket(), head);
        Verdict.Rejected verdict = refuse.verdict();
        double jittered = verdict.retryAfterNanos() * (1 + RETRY_JITTER * random.nextDouble());
        long millis = Math.max(1, (long) Math.ceil(jittered / NANOS_PER_MILLI));
        ByteBuf out = allocator.directBuffer(bodyLength + 512);
        begin(out, SLOW_DOWN, then);
        text(out, "\r\nRetry-After: ");
        number(out, (millis + 999) / 1000);
        text(out, "\r\nx-amz-retry-after: ");
        number(out, millis);
        // RGW rejects with the same status and code: this tells who it was, and by which limit.
        text(out, "\r\nx-sluice-limit: ");
        text(out, verdict.scope().key());
        out.writeByte(' ');
        text(out, verdict.dimension().key());
        out.writeByte(' ');
        text(out, verdict.limit().text());
        end(out, head.method() == RequestHead.Method.HEAD);
        return out;
    }

    /** The answer to a request that failed for another reason. The caller owns it. */
    ByteBuf failure(ByteBufAllocator allocator, Kind kind, boolean answersHead, Then then) {
        nextRequestId();
        writeBody(ascii(kind.code), ascii(kind.message), "", null);
        ByteBuf out = allocator.directBuffer(bodyLength + 320);
        begin(out, ascii(kind.statusLine), then);
        if (kind == Kind.TOO_MANY_CONNECTIONS) {
            text(out, TOO_MANY_HEADERS);
        }
        end(out, answersHead);
        return out;
    }

    private void begin(ByteBuf out, byte[] statusLine, Then then) {
        text(out, "HTTP/1.1 ");
        out.writeBytes(statusLine).writeBytes(LENGTH);
        number(out, bodyLength);
        out.writeBytes(HEADERS).writeBytes(requestId).writeBytes(DATE).writeBytes(date());
        switch (then) {
            case CLOSE -> out.writeBytes(CLOSE);
            case KEEP_1_0 -> out.writeBytes(KEEP_ALIVE);
            case KEEP -> {}
        }
    }

    private void end(ByteBuf out, boolean answersHead) {
        text(out, "\r\n\r\n");
        if (!answersHead) {
            out.writeBytes(body, 0, bodyLength);
        }
    }

    private void writeBody(
            byte[] code, byte[] message, String bucket, @org.jspecify.annotations.Nullable RequestHead head) {
        bodyLength = 0;
        append(XML);
        append(code);
        append(MESSAGE);
        append(message);
        if (bucket.isEmpty()) {
            append(RESOURCE);
        } else {
            append(BUCKET);
            byte[] name = bucket.getBytes(StandardCharsets.UTF_8);
            escape(name, 0, Math.min(name.length, 255));
            append(BUCKET_END);
        }
        if (head != null) {
            // Never the query: a presigned URL's holds credentials.
            int end = head.queryStart() < 0 ? head.targetEnd() : head.queryStart() - 1;
            int from = head.targetStart();
            escape(head.bytes(), from, Math.min(end, from + MOST_RESOURCE));
        }
        append(REQUEST_ID);
        append(requestId);
        append(END);
    }

    private void append(byte[] bytes) {
        System.arraycopy(bytes, 0, body, bodyLength, bytes.length);
        bodyLength += bytes.length;
    }

    /** Raw bytes may be no UTF-8: they become question marks, as do what XML 1.0 can't hold. */
    private void escape(byte[] bytes, int from, int to) {
        for (int i = from; i < to && bodyLength < body.length - 512; i++) {
            byte b = bytes[i];
            switch (b) {
                case '<' -> append(ascii("&lt;"));
                case '>' -> append(ascii("&gt;"));
                case '&' -> append(ascii("&amp;"));
                case '"' -> append(ascii("&quot;"));
                case '\'' -> append(ascii("&apos;"));
                default -> body[bodyLength++] = b < 0x20 || b == 0x7F ? (byte) '?' : b;
            }
        }
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

    private static void text(ByteBuf out, String text) {
        ByteBufUtil.writeAscii(out, text);
    }

    private static void number(ByteBuf out, long number) {
        if (number < 10 && number >= 0) {
            out.writeByte('0' + (int) number);
        } else {
            text(out, Long.toString(number));
        }
    }
}
