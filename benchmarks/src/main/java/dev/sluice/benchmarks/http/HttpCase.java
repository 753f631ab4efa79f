package dev.sluice.benchmarks.http;

import dev.sluice.benchmarks.bed.HttpLoad;
import dev.sluice.benchmarks.bed.S3RequestHeaders;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The cases of the side-by-side benchmark: method, object and number of connections. */
public enum HttpCase {
    GET_1K("get-1k", "GET 1 KiB", "GET", "1k", 0, 16),
    GET_4K("get-4k", "GET 4 KiB", "GET", "4k", 0, 16),
    PUT_64K("put-64k", "PUT 64 KiB", "PUT", "put", 64 << 10, 16),
    REJECT("reject", "rejected GET", "GET", "1k", 0, 16),
    GET_1M("get-1m", "GET 1 MiB", "GET", "1m", 0, 4),
    GET_64M("get-64m", "GET 64 MiB", "GET", "64m", 0, 2),
    LATENCY("latency", "GET 4 KiB", "GET", "4k", 0, 4),
    START("start", "", "GET", "1k", 0, 1);

    private final String key;
    private final String title;
    private final String method;
    private final String object;
    private final int bodyBytes;
    private final int connections;

    HttpCase(String key, String title, String method, String object, int bodyBytes, int connections) {
        this.key = key;
        this.title = title;
        this.method = method;
        this.object = object;
        this.bodyBytes = bodyBytes;
        this.connections = connections;
    }

    /** The name on the command line. */
    String key() {
        return key;
    }

    String title() {
        return title;
    }

    /** Signed now, for any address. */
    HttpLoad load() {
        return load(S3RequestHeaders.HOST);
    }

    /**
     * Signed now: a load that begins within a few minutes is signed rightly.
     *
     * @param host the {@code Host} header that it is sent with
     */
    HttpLoad load(String host) {
        String key = this == REJECT ? S3RequestHeaders.REJECTED_KEY : S3RequestHeaders.ADMITTED_KEY;
        String path = "/" + S3RequestHeaders.BUCKET + "/" + object;
        Map<String, String> headers = S3RequestHeaders.signed(method, path, key, host);
        return new HttpLoad(method, path, bodyBytes, connections, headers);
    }

    /** Whether the case is about bytes, not requests. */
    boolean isLarge() {
        return this == GET_1M || this == GET_64M;
    }

    /** Whether the load runs at full rate and its processor time is measured. */
    boolean isThroughput() {
        return this != LATENCY && this != START;
    }

    /** The named cases; all if none is named. */
    public static List<HttpCase> named(List<String> keys) {
        for (String key : keys) {
            if (Arrays.stream(values()).noneMatch(c -> c.key.equals(key))) {
                throw new IllegalArgumentException("no such case: " + key + "; there are "
                        + Arrays.stream(values()).map(HttpCase::key).toList());
            }
        }
        return Arrays.stream(values())
                .filter(c -> keys.isEmpty() || keys.contains(c.key))
                .toList();
    }
}
