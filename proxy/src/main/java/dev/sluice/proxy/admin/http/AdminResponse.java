package dev.sluice.proxy.admin.http;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import java.util.Map;

/** What the admin port answers. */
public record AdminResponse(int status, String contentType, String body) {
    /** Of maps, lists, strings, numbers and booleans. */
    public static AdminResponse json(int status, Object value) {
        String body = ConfigValueFactory.fromAnyRef(value).render(ConfigRenderOptions.concise());
        return new AdminResponse(status, "application/json", body);
    }

    /** An error for programs: the same shape for every path. */
    public static AdminResponse error(int status, String message) {
        return json(status, Map.of("status", 0, "msg", message, "result", ""));
    }
}
