package dev.sluice.proxy.admin;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What the admin port answers. */
public record AdminAnswer(int status, String contentType, byte[] body) {
    static final String JSON = "application/json";

    public static AdminAnswer json(int status, Object value) {
        return new AdminAnswer(status, JSON, Json.bytes(value));
    }

    public static AdminAnswer text(int status, String contentType, String body) {
        return new AdminAnswer(status, contentType, body.getBytes(StandardCharsets.UTF_8));
    }

    /** An error for programs: the same shape for every path. */
    static AdminAnswer error(int status, String message) {
        return json(status, Map.of("status", 0, "msg", message, "result", ""));
    }
}
