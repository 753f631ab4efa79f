package dev.sluice.proxy.admin.http;

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
        int localPort) {
    public AdminRequest {
        pathParameters = Map.copyOf(pathParameters);
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
        this(method, path, pathParameters, query, body, authorization, "", "", localPort);
    }

    /** The same request, once its route is known. */
    AdminRequest withPathParameters(Map<String, String> parameters) {
        return new AdminRequest(
                method, path, parameters, query, body, authorization, ifMatch, clientAddress, localPort);
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
