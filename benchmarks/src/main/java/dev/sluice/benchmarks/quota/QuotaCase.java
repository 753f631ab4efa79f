package dev.sluice.benchmarks.quota;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** The calls that {@code sluice bench quota} measures. All of them succeed. */
public enum QuotaCase {
    ALLOW("allow", "/api/v1/allow", 16, 1),
    VIEW("view", "/api/v1/view", 16, 1),
    BATCH("batch", "/api/v1/batch", 16, 100),
    /** With a store that forces each batch of changes to the disk. */
    ALLOC("alloc", "/api/v1/alloc", 64, 1);

    static final String NAMESPACE = "bench";
    static final String RESOURCE = "calls";

    private final String key;
    private final String path;
    private final int connections;
    private final int calls;

    QuotaCase(String key, String path, int connections, int calls) {
        this.key = key;
        this.path = path;
        this.connections = connections;
        this.calls = calls;
    }

    /** The name on the command line. */
    public String key() {
        return key;
    }

    /** Kept alive, each with one request at a time. */
    int connections() {
        return connections;
    }

    /** How many calls a request has. */
    public int calls() {
        return calls;
    }

    String path() {
        return path;
    }

    String body() {
        String names = "\"namespace\":\"" + NAMESPACE + "\",\"resource\":\"" + RESOURCE + "\"";
        return switch (this) {
            case ALLOW, ALLOC -> "{" + names + ",\"tokens\":1}";
            case VIEW -> "{" + names + "}";
            case BATCH ->
                "["
                        + String.join(",", Collections.nCopies(calls, "{\"op\":\"allow\"," + names + ",\"tokens\":1}"))
                        + "]";
        };
    }

    /** The named cases; all if none is named. */
    public static List<QuotaCase> named(List<String> keys) {
        for (String key : keys) {
            if (Arrays.stream(values()).noneMatch(c -> c.key.equals(key))) {
                throw new IllegalArgumentException("no such case: " + key + "; there are "
                        + Arrays.stream(values()).map(QuotaCase::key).toList());
            }
        }
        return Arrays.stream(values())
                .filter(c -> keys.isEmpty() || keys.contains(c.key))
                .toList();
    }
}
