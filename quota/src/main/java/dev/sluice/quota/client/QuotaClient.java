package dev.sluice.quota.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/**
 * Asks a node of the quota service. Each call that takes or gives back tokens has an idempotency key of its own, so it is made
 * once, however often it has to be sent: where no answer came, and where the node could not answer (503), it is sent again
 * until the time of the call is over. Connections are kept. Immutable; thread-safe.
 *
 * <pre>
 *   QuotaClient quotas = new QuotaClient(URI.create("http://127.0.0.1:6789"), Duration.ofSeconds(5));
 *   Allowed allowed = quotas.allow("mail", "newsletter", 1);
 *   if (!allowed.isOk()) { wait for allowed.waitTime(), which is negative if so many tokens never pass }
 *
 *   Changed seat = quotas.alloc("licences", "cad", 1, Duration.ofMinutes(10), "anna");
 *   quotas.renew(seat.lease(), Duration.ofMinutes(10));
 *   quotas.free("licences", "cad", 1, seat.lease());
 * </pre>
 */
public final class QuotaClient {
    private static final Duration CONNECT_MAX = Duration.ofSeconds(2);
    private static final long PAUSE_MILLIS = 100;
    private static final int OK = 1001;
    private static final int NOT_FOUND = 1002;

    private final HttpClient http;
    private final URI node;
    private final String authorization;
    private final Duration callMax;

    /**
     * A client of a port without a token.
     *
     * @param node such as {@code http://127.0.0.1:6789}
     * @param callMax how long a call may take, with its repetitions
     */
    public QuotaClient(URI node, Duration callMax) {
        this(HttpClient.newBuilder().connectTimeout(CONNECT_MAX).build(), node, "", callMax);
    }

    private QuotaClient(HttpClient http, URI node, String authorization, Duration callMax) {
        this.http = http;
        this.node = node;
        this.authorization = authorization;
        this.callMax = callMax;
    }

    /** The same client with the token of the port's {@code token-file}. */
    public QuotaClient withToken(String token) {
        return new QuotaClient(http, node, "Bearer " + token, callMax);
    }

    /** The same client over an HTTP client of the caller's: with other authorities for TLS, for example. */
    public QuotaClient over(HttpClient other) {
        return new QuotaClient(other, node, authorization, callMax);
    }

    /**
     * Whether tokens of a rate quota were taken.
     *
     * @param isKnown whether there is such a quota
     * @param waitTime until so many tokens are there; zero: they were taken; negative: so many never will be
     */
    public record Allowed(boolean isKnown, boolean isOk, Duration waitTime) {}

    /**
     * What became of a change of an allocation quota.
     *
     * @param status 1001, or 1002: there is no such quota; 1003: it has another version
     * @param isOk whether it was changed
     * @param remaining tokens that are left
     * @param version the quota's, after the call
     * @param lease the number of the lease that was made; 0: none
     */
    public record Changed(int status, boolean isOk, long remaining, long version, long lease) {}

    /**
     * An allocation quota as it stands; all zero if there is none.
     *
     * @param isKnown whether there is such a quota
     */
    public record Viewed(boolean isKnown, long allocated, long capacity, long version) {}

    /**
     * Takes tokens of a rate quota, if it has so many left.
     *
     * @throws QuotaCallException if the call is wrong, or can't be decided in the time of a call
     * @throws IOException if there is no answer in that time
     */
    public Allowed allow(String namespace, String resource, long tokens) throws IOException, InterruptedException {
        Map<String, Object> result = post("allow", quota(namespace, resource) + ",\"tokens\":" + tokens, newKey());
        return new Allowed(
                number(result, "status") != NOT_FOUND,
                isOk(result),
                Duration.ofNanos(number(result, "result.wait_time")));
    }

    /** Looks at an allocation quota. Throws as {@link #allow} does. */
    public Viewed view(String namespace, String resource) throws IOException, InterruptedException {
        Map<String, Object> result = post("view", quota(namespace, resource), "");
        return new Viewed(
                number(result, "status") == OK,
                number(result, "result.allocated"),
                number(result, "result.capacity"),
                number(result, "result.version"));
    }

    /** Allocates tokens until they are freed. Throws as {@link #allow} does. */
    public Changed alloc(String namespace, String resource, long tokens) throws IOException, InterruptedException {
        return changed(post("alloc", quota(namespace, resource) + ",\"tokens\":" + tokens, newKey()));
    }

    /**
     * Allocates tokens that free themselves. Throws as {@link #allow} does.
     *
     * @param lease at least a second, in whole seconds
     * @param holder for people
     */
    public Changed alloc(String namespace, String resource, long tokens, Duration lease, String holder)
            throws IOException, InterruptedException {
        String body = quota(namespace, resource) + ",\"tokens\":" + tokens + ",\"lease\":" + lease.toSeconds()
                + ",\"holder\":" + quoted(holder);
        return changed(post("alloc", body, newKey()));
    }

    /**
     * Gives tokens back. Throws as {@link #allow} does.
     *
     * @param lease that they have; 0: none
     */
    public Changed free(String namespace, String resource, long tokens, long lease)
            throws IOException, InterruptedException {
        String body = quota(namespace, resource) + ",\"tokens\":" + tokens + (lease == 0 ? "" : ",\"lease\":" + lease);
        return changed(post("free", body, newKey()));
    }

    /** Lets a lease last for so long from now; false: it is over. Throws as {@link #allow} does. */
    public boolean renew(long lease, Duration time) throws IOException, InterruptedException {
        return isOk(post("renew", "\"lease\":" + lease + ",\"seconds\":" + time.toSeconds(), ""));
    }

    private static Changed changed(Map<String, Object> result) {
        return new Changed(
                (int) number(result, "status"),
                isOk(result),
                number(result, "result.remaining_tokens"),
                number(result, "result.current_version"),
                number(result, "result.lease"));
    }

    private static boolean isOk(Map<String, Object> result) {
        return Boolean.TRUE.equals(result.get("result.ok"));
    }

    private static long number(Map<String, Object> result, String field) {
        return result.get(field) instanceof Long value ? value : 0;
    }

    private static String newKey() {
        return UUID.randomUUID().toString();
    }

    private static String quota(String namespace, String resource) {
        return "\"namespace\":" + quoted(namespace) + ",\"resource\":" + quoted(resource);
    }

    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }

    /** Sends a call until it is decided, it is wrong, or its time is over. */
    private Map<String, Object> post(String call, String fields, String key) throws IOException, InterruptedException {
        long endNanos = System.nanoTime() + callMax.toNanos();
        while (true) {
            long leftNanos = Math.max(1, endNanos - System.nanoTime());
            try {
                return decided(http.send(
                        request(call, fields, key, Duration.ofNanos(leftNanos)), HttpResponse.BodyHandlers.ofString()));
            } catch (QuotaCallException e) {
                if (e.httpStatus() != 503 || System.nanoTime() - endNanos >= 0) {
                    throw e;
                }
            } catch (IOException e) {
                if (System.nanoTime() - endNanos >= 0) {
                    throw e;
                }
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    private HttpRequest request(String call, String fields, String key, Duration timeout) {
        HttpRequest.Builder request = HttpRequest.newBuilder(node.resolve("/api/v1/" + call))
                .version(HttpClient.Version.HTTP_1_1)
                .timeout(timeout)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{" + fields + "}"));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        if (!key.isEmpty()) {
            request.header("Idempotency-Key", key);
        }
        return request.build();
    }

    private static Map<String, Object> decided(HttpResponse<String> response) throws QuotaCallException {
        Map<String, Object> body;
        try {
            body = ResponseJson.read(response.body());
        } catch (IllegalArgumentException e) {
            throw new QuotaCallException(response.statusCode(), String.valueOf(e.getMessage()));
        }
        if (response.statusCode() != 200) {
            throw new QuotaCallException(response.statusCode(), String.valueOf(body.get("msg")));
        }
        return body;
    }
}
