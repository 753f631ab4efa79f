package dev.sluice.proxy.client;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The response of an admin port.
 *
 * @param text of the body, as it came
 * @param body the same as maps and lists
 * @param etag the header; empty: none
 */
record AdminReply(int status, String text, Map<String, Object> body, String etag) {
    AdminReply {
        body = Map.copyOf(withoutNulls(body));
    }

    private static Map<String, Object> withoutNulls(Map<String, Object> map) {
        Map<String, Object> kept = new LinkedHashMap<>(map);
        kept.values().removeIf(Objects::isNull);
        return kept;
    }

    /** What is wrong, in the sidecar's words. */
    String message() {
        return String.valueOf(body.getOrDefault("msg", "status " + status));
    }
}
