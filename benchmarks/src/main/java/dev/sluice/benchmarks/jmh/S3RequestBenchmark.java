package dev.sluice.benchmarks.jmh;

import dev.sluice.benchmarks.bed.S3RequestHeaders;
import dev.sluice.proxy.http1.HeadParseResult;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.s3.GatewayLayout;
import dev.sluice.proxy.s3.GatewayRequest;
import dev.sluice.proxy.s3.S3HeadParser;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Reading bucket, access key and operation from a parsed head. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class S3RequestBenchmark {
    private static final String PRESIGNED = "/images/2026/01/a%20cat.jpg?X-Amz-Algorithm=AWS4-HMAC-SHA256"
            + "&X-Amz-Credential=" + S3RequestHeaders.ADMITTED_KEY + "%2F20260101%2Fus-east-1%2Fs3%2Faws4_request"
            + "&X-Amz-Date=20260101T000000Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host"
            + "&X-Amz-Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";

    private final S3HeadParser parser = new S3HeadParser(new GatewayLayout(List.of("s3.example.com")));
    private final RequestHead signedHeader = head("/images/2026/01/cat.jpg", "s3.example.com", true);
    private final RequestHead presigned = head(PRESIGNED, "s3.example.com", false);
    private final RequestHead virtualHosted = head("/2026/01/cat.jpg", "images.s3.example.com", true);
    private final RequestHead list =
            head("/images?list-type=2&prefix=2026%2F01%2F&delimiter=%2F", "s3.example.com", true);

    private static RequestHead head(String target, String host, boolean signed) {
        String authorization =
                S3RequestHeaders.headers(S3RequestHeaders.ADMITTED_KEY).getOrDefault("Authorization", "");
        byte[] bytes = ("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n"
                        + (signed ? "Authorization: " + authorization + "\r\n" : "") + "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        RequestHead head = new RequestHead();
        if (head.parse(bytes, bytes.length, bytes.length) != HeadParseResult.COMPLETE) {
            throw new IllegalStateException("not a head: " + target);
        }
        return head;
    }

    @Benchmark
    public GatewayRequest signedHeader() {
        return parser.parse(signedHeader);
    }

    @Benchmark
    public GatewayRequest presigned() {
        return parser.parse(presigned);
    }

    @Benchmark
    public GatewayRequest virtualHosted() {
        return parser.parse(virtualHosted);
    }

    @Benchmark
    public GatewayRequest list() {
        return parser.parse(list);
    }
}
