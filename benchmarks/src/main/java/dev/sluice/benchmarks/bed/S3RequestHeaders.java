package dev.sluice.benchmarks.bed;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Request heads as AWS SDKs send them with SigV4, about 700 bytes. No server behind the proxies checks signatures. */
public final class S3RequestHeaders {
    /** The bucket of all objects; it is the first segment of their paths. */
    public static final String BUCKET = "bench";

    /** The key of a user whose limits are never reached. */
    public static final String ADMITTED_KEY = "AKIABENCHMARKOPEN001";

    /** The key of a user with a very small, used-up limit. */
    public static final String REJECTED_KEY = "AKIABENCHMARKSHUT001";

    private static final String USER_AGENT =
            "aws-sdk-java/2.31.9 md/io#sync md/http#Apache ua/2.1 os/Linux#6.1.0 lang/java#17.0.15"
                    + " md/OpenJDK_64-Bit_Server_VM md/vendor#Debian md/en_US m/D,N";

    /** The {@code Host} header of requests, whatever address they are sent to. */
    public static final String HOST = "s3.example.com";

    /** What the signatures of {@link #signed} are made with, of either key. */
    static final String SECRET = "benchmarkbenchmarkbenchmarkbenchmark0001";

    private static final String SIGNATURE = "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";

    private S3RequestHeaders() {}

    /** All headers except those of a body. The signature is invalid. */
    public static Map<String, String> headers(String accessKey) {
        Map<String, String> headers = new LinkedHashMap<>(Map.of("User-Agent", USER_AGENT));
        headers.putAll(signedHeaders(HOST, "20260101T000000Z"));
        headers.put(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=" + accessKey + "/20260101/us-east-1/s3/aws4_request,"
                        + " SignedHeaders=amz-sdk-invocation-id;amz-sdk-request;host;x-amz-content-sha256;x-amz-date,"
                        + " Signature=" + SIGNATURE);
        return headers;
    }

    /**
     * All headers except those of a body, with a signature that is good for a quarter of an hour.
     *
     * @param host the {@code Host} header
     */
    public static Map<String, String> signed(String method, String path, String accessKey, String host) {
        Map<String, String> signed = signedHeaders(host, RequestSignature.time(Instant.now()));
        Map<String, String> headers = new LinkedHashMap<>(Map.of("User-Agent", USER_AGENT));
        headers.putAll(signed);
        headers.put("Authorization", RequestSignature.of(method, path, signed, accessKey, SECRET));
        return headers;
    }

    private static Map<String, String> signedHeaders(String host, String time) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Host", host);
        headers.put("amz-sdk-invocation-id", "8a4f1c6e-3b2d-4f7a-9c55-0d1e2f3a4b5c");
        headers.put("amz-sdk-request", "attempt=1; max=4");
        headers.put("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
        headers.put("X-Amz-Date", time);
        return headers;
    }
}
