package dev.sluice.proxy.admin.http;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A request to the admin port, with its body, which is bounded.
 *
 * @param path without the query, as it was sent
 * @param pathParameters what stands in the place of the route's <code>{names}</code>, percent-decoded
 * @param body UTF-8 text; empty: none
 * @param authorization the header; empty: none
 * @param ifMatch the header; empty: none
 * @param clientAddress for people; empty: not known
 * @param localPort the port of this process that the request came to
 * @param headers those of {@link #KEPT_HEADERS} that the request has, by these names
 */
public record AdminRequest(
        String method,
        String path,
        Map<String, String> pathParameters,
        QueryParameters query,
        String body,
        String authorization,
        String ifMatch,
        String clientAddress,
        int localPort,
        Map<String, String> headers) {
    /** The other headers that a route may read. */
    static final List<String> KEPT_HEADERS =
            List.of("host", "origin", "sec-fetch-site", "sec-fetch-mode", "accept", "accept-encoding", "if-none-match");

    public AdminRequest {
        pathParameters = Map.copyOf(pathParameters);
        headers = Map.copyOf(headers);
    }

    /** A request without conditions, of an unknown client. */
    public AdminRequest(
            String method,
            String path,
            Map<String, String> pathParameters,
            QueryParameters query,
            String body,
            String authorization,
            int localPort) {
        this(method, path, pathParameters, query, body, authorization, "", "", localPort, Map.of());
    }

    /** The same request, once its route is known. */
    AdminRequest withPathParameters(Map<String, String> parameters) {
        return new AdminRequest(
                method, path, parameters, query, body, authorization, ifMatch, clientAddress, localPort, headers);
    }

    /**
     * A header of {@link #KEPT_HEADERS}; empty: the request has none.
     *
     * @param name in lower case
     */
    public String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /** Whether the client reads gzip. */
    public boolean acceptsGzip() {
        for (String offer : header("accept-encoding").toLowerCase(Locale.ROOT).split(",", 32)) {
            String[] parts = offer.split(";", 2);
            boolean isGzip = parts[0].strip().equals("gzip") || parts[0].strip().equals("*");
            if (isGzip && !(parts.length == 2 && parts[1].strip().matches("q=0(\\.0*)?"))) {
                return true;
            }
        }
        return false;
    }

    /** The value of a path parameter that the route has. */
    public String pathParameter(String name) {
        return Optional.ofNullable(pathParameters.get(name))
                .orElseThrow(() -> new IllegalArgumentException("the route has no {" + name + "}"));
    }

    /** Without the token, and the query, which may hold what somebody gave as a name. */
    @Override
    public String toString() {
        return method + " " + path + " from " + clientAddress;
    }
}
