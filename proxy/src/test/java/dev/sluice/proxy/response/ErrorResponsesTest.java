package dev.sluice.proxy.response;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.admission.Verdict;
import dev.sluice.limits.meter.Meter;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.Scope;
import dev.sluice.proxy.http1.HeadParseResult;
import dev.sluice.proxy.http1.HttpMethod;
import dev.sluice.proxy.http1.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients read of a rejection or an error. */
class ErrorResponsesTest {
    private static final Verdict.Rejected REJECTED = new Verdict.Rejected(
            Scope.USER, "alice", Dimension.READ_OPS, Limit.perSecond(200, MeterAlgorithm.WINDOW), 1_000_000_000L);

    private final ErrorResponses responses = new ErrorResponses();

    private static RequestHead request(String line) {
        byte[] bytes = (line + " HTTP/1.1\r\nHost: s3\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
        RequestHead head = new RequestHead();
        assertThat(head.parse(bytes, bytes.length, bytes.length)).isEqualTo(HeadParseResult.COMPLETE);
        return head;
    }

    private String rejection(String line, String bucket, ConnectionHeader connection) {
        return text(responses.rejection(
                UnpooledByteBufAllocator.DEFAULT, REJECTED, bucket, RejectionForm.S3, request(line), connection));
    }

    private static String text(ByteBuf response) {
        String text = response.toString(StandardCharsets.UTF_8);
        response.release();
        return text;
    }

    private String retrying(long afterNanos) {
        Verdict.Rejected verdict = new Verdict.Rejected(
                REJECTED.scope(), REJECTED.subject(), REJECTED.dimension(), REJECTED.limit(), afterNanos);
        return text(responses.rejection(
                UnpooledByteBufAllocator.DEFAULT,
                verdict,
                "b",
                RejectionForm.S3,
                request("GET /b/k"),
                ConnectionHeader.ABSENT));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, 1",
        "1_000_000, 1, 1",
        "1_000_001, 2, 1",
        "1_000_000_000, 1000, 1",
        "1_000_000_001, 1001, 2",
        "3_600_000_000_000, 3600000, 3600",
        "172_800_500_000_000, 172800500, 172801"
    })
    void retryAfter_isTheVerdictsTime_inWholeUnitsRoundedUp(String nanos, long millis, long seconds) {
        String response = retrying(Long.parseLong(nanos.replace("_", "")));

        assertThat(response)
                .contains("\r\nRetry-After: " + seconds + "\r\n")
                .contains("\r\nx-amz-retry-after: " + millis + "\r\n");
    }

    @Test
    void limitOfZero_namesNoTimeToReturn() {
        String response = retrying(Meter.NEVER);

        assertThat(response)
                .startsWith("HTTP/1.1 503 Slow Down\r\n")
                .contains("<Code>SlowDown</Code><Message>The limit for this request is 0.")
                .contains("\r\nx-sluice-limit: user read-ops ")
                .doesNotContainIgnoringCase("retry-after");
    }

    @Test
    void rejection_namesLimitBucketAndResource_butNotTheQuery() {
        String response = rejection("GET /b/k%3C?X-Amz-Signature=secret", "b<", ConnectionHeader.CLOSE);

        assertThat(response)
                .startsWith("HTTP/1.1 503 Slow Down\r\n")
                .contains("\r\nx-sluice-limit: user read-ops 200/s\r\n")
                .contains("\r\nConnection: close\r\n")
                .contains("<BucketName>b&lt;</BucketName><Resource>/b/k%3C</Resource>")
                .doesNotContain("secret");
    }

    @Test
    void connectionHeader_isWrittenAsAsked() {
        assertThat(rejection("GET /b/k", "", ConnectionHeader.ABSENT)).doesNotContainIgnoringCase("connection:");
        assertThat(rejection("GET /b/k", "", ConnectionHeader.KEEP_ALIVE)).contains("\r\nConnection: keep-alive\r\n");
    }

    @Test
    void responseToHead_hasNoBody_butItsLength() {
        String toGet = text(responses.error(
                UnpooledByteBufAllocator.DEFAULT, ErrorKind.UPSTREAM_TIMEOUT, HttpMethod.GET, ConnectionHeader.CLOSE));
        String toHead = text(responses.error(
                UnpooledByteBufAllocator.DEFAULT, ErrorKind.UPSTREAM_TIMEOUT, HttpMethod.HEAD, ConnectionHeader.CLOSE));

        int bodyBytes = toGet.length() - toGet.indexOf("\r\n\r\n") - 4;
        assertThat(toGet).contains("\r\nContent-Length: " + bodyBytes + "\r\n").contains("<Code>GatewayTimeout</Code>");
        assertThat(toHead).contains("\r\nContent-Length: " + bodyBytes + "\r\n").endsWith("\r\n\r\n");
    }

    private String tooManyConnections() {
        return text(responses.error(
                UnpooledByteBufAllocator.DEFAULT,
                ErrorKind.TOO_MANY_CONNECTIONS,
                HttpMethod.GET,
                ConnectionHeader.CLOSE));
    }

    private static long number(String response, String header) {
        Matcher matcher = Pattern.compile("\r\n" + header + ": (\\d+)\r\n").matcher(response);
        assertThat(matcher.find()).as(response).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    @Test
    void connectionBeyondTheLimit_getsATimeToComeBack() {
        String response = tooManyConnections();

        long millis = number(response, "x-amz-retry-after");
        assertThat(response)
                .startsWith("HTTP/1.1 503 Slow Down\r\n")
                .contains("\r\nx-sluice-limit: sidecar connections\r\n");
        assertThat(number(response, "Retry-After")).isEqualTo((millis + 999) / 1000);
    }

    @Test
    void connectionsBeyondTheLimit_comeBackOverTwoSeconds() {
        int clients = 10_000;
        int parts = 20;
        int[] counts = new int[parts];
        int[] seconds = new int[4];

        for (int i = 0; i < clients; i++) {
            String response = tooManyConnections();
            long millis = number(response, "x-amz-retry-after");
            assertThat(millis).isBetween(500L, 2_500L);
            counts[(int) Math.min(parts - 1, (millis - 500) / 100)]++;
            seconds[(int) number(response, "Retry-After")]++;
        }

        // Even: 500 in each tenth of a second, with a standard deviation of 22.
        assertThat(IntStream.of(counts).boxed())
                .allSatisfy(count -> assertThat(count).isBetween(350, 650));
        assertThat(IntStream.of(seconds).max().orElseThrow()).isLessThan(clients * 6 / 10);
    }

    @Test
    void swift_client_gets_the_response_of_swift() {
        String response = text(responses.rejection(
                UnpooledByteBufAllocator.DEFAULT,
                REJECTED,
                "c",
                RejectionForm.SWIFT,
                request("GET /swift/v1/c/o"),
                ConnectionHeader.ABSENT));

        assertThat(response)
                .startsWith("HTTP/1.1 498 Rate Limited\r\nContent-Length: 12\r\nContent-Type: text/plain; charset=utf-8"
                        + "\r\nX-Trans-Id: ")
                .contains("\r\nRetry-After: ", "\r\nx-sluice-limit: ")
                .endsWith("\r\n\r\nRate Limited");
    }
}
