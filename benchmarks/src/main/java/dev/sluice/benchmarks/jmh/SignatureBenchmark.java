package dev.sluice.benchmarks.jmh;

import dev.sluice.policy.identity.SecretKey;
import dev.sluice.proxy.http1.HeadParseResult;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.s3.signature.SignatureResult;
import dev.sluice.proxy.s3.signature.SignatureVerifier;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Checking the signature of a parsed head: the examples of Amazon's documentation, all of which are valid. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class SignatureBenchmark {
    private static final long NOW = Instant.parse("2013-05-24T00:05:00Z").getEpochSecond();
    private static final SecretKey SECRET = SecretKey.of("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    private static final String SCOPE = "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request";
    private static final String EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private final SignatureVerifier verifier = new SignatureVerifier();
    private final RequestHead inHeader = head(
            "GET /test.txt",
            "Authorization: AWS4-HMAC-SHA256 Credential=" + SCOPE
                    + ", SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
                    + "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41\r\n"
                    + "Range: bytes=0-9\r\nx-amz-content-sha256:" + EMPTY + "\r\nx-amz-date: 20130524T000000Z\r\n");
    private final RequestHead list = head(
            "GET /?max-keys=2&prefix=J",
            "Authorization: AWS4-HMAC-SHA256 Credential=" + SCOPE
                    + ",SignedHeaders=host;x-amz-content-sha256;x-amz-date,"
                    + "Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7\r\n"
                    + "x-amz-date: 20130524T000000Z\r\nx-amz-content-sha256: " + EMPTY + "\r\n");
    private final RequestHead presigned = head(
            "GET /test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="
                    + SCOPE.replace("/", "%2F")
                    + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
                    + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
            "");

    private static RequestHead head(String start, String lines) {
        byte[] bytes = (start + " HTTP/1.1\r\nHost: examplebucket.s3.amazonaws.com\r\n" + lines + "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        RequestHead head = new RequestHead();
        if (head.parse(bytes, bytes.length, bytes.length) != HeadParseResult.COMPLETE) {
            throw new IllegalStateException("not a head: " + start);
        }
        return head;
    }

    private SignatureResult proven(RequestHead head) {
        SignatureResult result = verifier.check(head, SECRET, NOW);
        if (result != SignatureResult.PROVEN) {
            throw new IllegalStateException("the signature is " + result);
        }
        return result;
    }

    @Benchmark
    public SignatureResult inHeader() {
        return proven(inHeader);
    }

    @Benchmark
    public SignatureResult list() {
        return proven(list);
    }

    @Benchmark
    public SignatureResult presigned() {
        return proven(presigned);
    }
}
