package dev.sluice.proxy.http;

import dev.sluice.limits.Verdict;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The one place that writes answers which do not come from RGW. Their form is S3's XML error, with the fields and order
 * of RGW's own; Swift's front door gets Swift's.
 */
final class ErrorAnswers {
    private static final HttpResponseStatus SLOW_DOWN = new HttpResponseStatus(503, "Slow Down");
    private static final HttpResponseStatus SWIFT_RATE_LIMITED = new HttpResponseStatus(498, "Rate Limited");
    private static final long NANOS_PER_MILLI = 1_000_000L;
    /** Clients that obey must not all come back in the same moment: up to this part of the wait is added. */
    private static final double RETRY_JITTER = 0.25;

    /** Errors that Sluice itself answers with. */
    enum Kind {
        MALFORMED(400, "InvalidRequest", "The request could not be read."),
        HEAD_TOO_LARGE(
                400,
                "RequestHeaderSectionTooLarge",
                "The request line and headers are larger than this gateway takes."),
        TOO_SLOW(400, "RequestTimeout", "The request was not sent within the time that this gateway waits."),
        METHOD(405, "MethodNotAllowed", "The method is not allowed."),
        UNREACHABLE(502, "BadGateway", "The storage gateway can not be reached."),
        BROKE_OFF(502, "BadGateway", "The storage gateway closed the connection."),
        NO_ANSWER(504, "GatewayTimeout", "The storage gateway did not answer in time.");

        private final int status;
        private final String code;
        private final String message;

        Kind(int status, String code, String message) {
            this.status = status;
            this.code = code;
            this.message = message;
        }
    }

    private ErrorAnswers() {}

    /** The answer to a request that a limit refused. The caller owns it. */
    static FullHttpResponse refusal(ByteBufAllocator allocator, Gate.Decision.Refuse refuse, String target) {
        FullHttpResponse response = refuse.swift()
                ? swift(allocator)
                : xml(allocator, SLOW_DOWN, "SlowDown", "Please reduce your request rate.", refuse.bucket(), target);
        Verdict.Rejected verdict = refuse.verdict();
        double jittered = verdict.retryAfterNanos()
                * (1 + RETRY_JITTER * ThreadLocalRandom.current().nextDouble());
        long millis = Math.max(1, (long) Math.ceil(jittered / NANOS_PER_MILLI));
        HttpHeaders headers = response.headers();
        headers.set(HttpHeaderNames.RETRY_AFTER, Long.toString((millis + 999) / 1000));
        headers.set("x-amz-retry-after", Long.toString(millis));
        // RGW rejects with the same status and code: this tells who it was, and by which limit.
        headers.set(
                "x-sluice-limit",
                verdict.scope().key() + " " + verdict.dimension().key() + " "
                        + verdict.limit().text());
        return response;
    }

    /** The answer to a request that failed for another reason. The caller owns it. */
    static FullHttpResponse failure(ByteBufAllocator allocator, Kind kind, String target) {
        return xml(allocator, HttpResponseStatus.valueOf(kind.status), kind.code, kind.message, "", target);
    }

    private static FullHttpResponse swift(ByteBufAllocator allocator) {
        ByteBuf body = allocator.buffer(16);
        body.writeCharSequence("Rate Limited", StandardCharsets.US_ASCII);
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, SWIFT_RATE_LIMITED, body);
        response.headers()
                .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
                .set("X-Trans-Id", requestId())
                .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
        return response;
    }

    private static FullHttpResponse xml(
            ByteBufAllocator allocator,
            HttpResponseStatus status,
            String code,
            String message,
            String bucket,
            String target) {
        String requestId = requestId();
        StringBuilder xml = new StringBuilder(320)
                .append("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>")
                .append(code)
                .append("</Code><Message>")
                .append(message)
                .append("</Message>");
        if (!bucket.isEmpty()) {
            xml.append("<BucketName>");
            escape(xml, bucket, bucket.length());
            xml.append("</BucketName>");
        }
        int question = target.indexOf('?');
        xml.append("<Resource>");
        // Never the query: a presigned URL's holds credentials.
        escape(xml, target, question < 0 ? target.length() : question);
        xml.append("</Resource><RequestId>").append(requestId).append("</RequestId><HostId>sluice</HostId></Error>");
        ByteBuf body = allocator.buffer(xml.length() + 16);
        body.writeCharSequence(xml, StandardCharsets.UTF_8);
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
        response.headers()
                .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
                .set("x-amz-request-id", requestId)
                .set(HttpHeaderNames.CONTENT_TYPE, "application/xml");
        return response;
    }

    private static String requestId() {
        return String.format("sl%016x", ThreadLocalRandom.current().nextLong());
    }

    private static void escape(StringBuilder xml, String text, int length) {
        for (int i = 0; i < Math.min(length, 1024); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '<' -> xml.append("&lt;");
                case '>' -> xml.append("&gt;");
                case '&' -> xml.append("&amp;");
                case '"' -> xml.append("&quot;");
                case '\'' -> xml.append("&apos;");
                default -> xml.append(c < 0x20 || c == 0xFFFE || c == 0xFFFF || Character.isSurrogate(c) ? '?' : c);
            }
        }
    }
}
