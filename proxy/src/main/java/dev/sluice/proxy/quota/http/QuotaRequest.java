package dev.sluice.proxy.quota.http;

import dev.sluice.proxy.admin.http.QueryParameters;
import java.util.Map;

/** A request to the quota port, with all of its body, which is bounded. Immutable: nobody changes the bytes of the body. */
public final class QuotaRequest {
    private final String method;
    private final String path;
    private final Map<String, String> pathParameters;
    private final QueryParameters query;
    private final QuotaHeaders headers;
    private final byte[] body;

    /**
     * A request.
     *
     * @param path without the query, as it was sent
     * @param pathParameters what stands in the place of the route's <code>{names}</code>, percent-decoded
     * @param body empty: none
     */
    public QuotaRequest(
            String method,
            String path,
            Map<String, String> pathParameters,
            QueryParameters query,
            QuotaHeaders headers,
            byte[] body) {
        this.method = method;
        this.path = path;
        this.pathParameters = Map.copyOf(pathParameters);
        this.query = query;
        this.headers = headers;
        this.body = body;
    }

    /** {@code GET}, {@code POST}, ...; a {@code HEAD} comes as a {@code GET}. */
    public String method() {
        return method;
    }

    /** Without the query, as it was sent. */
    public String path() {
        return path;
    }

    /** What stands in the place of the route's <code>{name}</code>, percent-decoded; never empty. */
    public String pathParameter(String name) {
        String value = pathParameters.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the route has no {" + name + "}");
        }
        return value;
    }

    /** The query, decoded. */
    public QueryParameters query() {
        return query;
    }

    /** The headers that mean something to a route. */
    public QuotaHeaders headers() {
        return headers;
    }

    /** The bytes of the body, which are not to be changed; empty: none. */
    public byte[] body() {
        return body;
    }
}
