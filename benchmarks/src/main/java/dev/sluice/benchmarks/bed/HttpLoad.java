package dev.sluice.benchmarks.bed;

import java.util.Map;

/**
 * A repeated request and the connections that send it.
 *
 * @param method GET or PUT
 * @param path the request target
 * @param bodyBytes of each request
 * @param connections kept alive, each with one request at a time
 * @param headers all of them but Content-Length
 */
public record HttpLoad(String method, String path, int bodyBytes, int connections, Map<String, String> headers) {
    public HttpLoad {
        headers = Map.copyOf(headers);
        if (connections < 1 || bodyBytes < 0) {
            throw new IllegalArgumentException("no load: " + connections + " connections, " + bodyBytes + " bytes");
        }
    }

    public static HttpLoad get(String path, int connections, Map<String, String> headers) {
        return new HttpLoad("GET", path, 0, connections, headers);
    }
}
