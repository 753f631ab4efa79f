package dev.sluice.proxy.quota.forward;

import dev.sluice.proxy.quota.http.QuotaHeaders;
import dev.sluice.proxy.quota.http.QuotaRequest;

/** A call for another node. Immutable: nobody changes the bytes of the body. */
public final class ForwardRequest {
    private final String method;
    private final String target;
    private final QuotaHeaders headers;
    private final byte[] body;
    private final boolean isRepeatable;
    private final String key;

    /**
     * A call.
     *
     * @param target path and query, as the client sent them
     * @param headers of the client, which pass through
     * @param isRepeatable whether it may be sent again though it may have been made: it changes nothing, or its repetition is
     *     recognised, or it only takes too much of a rate
     * @param key calls with the same one go to the same node of several; empty: any
     */
    ForwardRequest(String method, String target, QuotaHeaders headers, byte[] body, boolean isRepeatable, String key) {
        this.method = method;
        this.target = target;
        this.headers = headers;
        this.body = body;
        this.isRepeatable = isRepeatable;
        this.key = key;
    }

    /** The whole request of a client. */
    public static ForwardRequest of(QuotaRequest request, boolean isRepeatable) {
        return with(request, request.body(), isRepeatable);
    }

    /** The same request with another body. */
    public static ForwardRequest with(QuotaRequest request, byte[] body, boolean isRepeatable) {
        String query = request.headers().query();
        return new ForwardRequest(
                request.method(),
                query.isEmpty() ? request.path() : request.path() + "?" + query,
                request.headers(),
                body,
                isRepeatable,
                "");
    }

    /** The same call with an idempotency key: a repetition has to reach the node that made it. */
    public ForwardRequest keyed(String text) {
        return new ForwardRequest(method, target, headers, body, isRepeatable, text);
    }

    String method() {
        return method;
    }

    String target() {
        return target;
    }

    QuotaHeaders headers() {
        return headers;
    }

    byte[] body() {
        return body;
    }

    String key() {
        return key;
    }

    boolean isRepeatable() {
        return isRepeatable;
    }

    /** Without the token. */
    @Override
    public String toString() {
        return method + " " + target;
    }
}
