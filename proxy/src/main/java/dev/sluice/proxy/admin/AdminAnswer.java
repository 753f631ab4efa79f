package dev.sluice.proxy.admin;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import java.util.Map;

/** What the admin port answers. */
record AdminAnswer(int status, String contentType, String body) {
    /** Of maps, lists, strings, numbers and booleans. */
    static AdminAnswer json(int status, Object value) {
        String body = ConfigValueFactory.fromAnyRef(value).render(ConfigRenderOptions.concise());
        return new AdminAnswer(status, "application/json", body);
    }

    /** An error for programs: the same shape for every path. */
    static AdminAnswer error(int status, String message) {
        return json(status, Map.of("status", 0, "msg", message, "result", ""));
    }
}
