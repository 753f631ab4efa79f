package dev.sluice.proxy.admin.http;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One method of one path of the admin port.
 *
 * @param method {@code GET} (which also serves {@code HEAD}), {@code PUT}, ...
 * @param path such as <code>/api/v1/limits/{scope}/{subject}</code>; a name in braces takes one segment
 */
public record AdminRoute(String method, String path, RouteAccess access, AdminHandler handler) {
    /** A route that only reads. */
    public static AdminRoute get(String path, RouteAccess access, AdminHandler handler) {
        return new AdminRoute("GET", path, access, handler);
    }

    boolean serves(String requestMethod) {
        return method.equals(requestMethod) || (method.equals("GET") && requestMethod.equals("HEAD"));
    }

    /** The path parameters; empty: the route has another path. */
    Optional<Map<String, String>> match(String requestPath) {
        String[] wanted = path.split("/", -1);
        String[] given = requestPath.split("/", -1);
        if (wanted.length != given.length) {
            return Optional.empty();
        }
        Map<String, String> parameters = new HashMap<>();
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].startsWith("{")) {
                Optional<String> value = decoded(given[i]);
                if (value.isEmpty()) {
                    return Optional.empty();
                }
                parameters.put(wanted[i].substring(1, wanted[i].length() - 1), value.get());
            } else if (!wanted[i].equals(given[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(parameters);
    }

    /** Empty: nothing is there, or it can't be decoded. */
    private static Optional<String> decoded(String segment) {
        try {
            // In a path a plus sign stands for itself.
            return Optional.of(QueryStringDecoder.decodeComponent(segment.replace("+", "%2B")))
                    .filter(value -> !value.isEmpty());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
