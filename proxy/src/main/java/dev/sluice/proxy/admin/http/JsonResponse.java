package dev.sluice.proxy.admin.http;

import java.util.HashMap;
import java.util.Map;

/**
 * A response whose body is a record, written as JSON.
 *
 * @param headers besides those that every response has
 */
public record JsonResponse(int status, Record body, Map<String, String> headers) implements AdminResponse {
    public JsonResponse {
        headers = Map.copyOf(headers);
    }

    /**
     * The JSON of an error: <code>{"status":0,"msg":"...","result":""}</code>.
     *
     * @param status 0 for every error
     * @param msg what is wrong, and what would be right
     * @param result empty
     */
    record ErrorBody(int status, String msg, String result) {
        ErrorBody(String message) {
            this(0, message, "");
        }
    }

    /** A response without headers of its own. */
    public static JsonResponse of(int status, Record body) {
        return new JsonResponse(status, body, Map.of());
    }

    /** A 200. */
    public static JsonResponse ok(Record body) {
        return of(200, body);
    }

    /** The same response with one more header. */
    public JsonResponse withHeader(String name, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(name, value);
        return new JsonResponse(status, body, more);
    }
}
