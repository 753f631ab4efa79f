package dev.sluice.proxy.admin;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import java.nio.charset.StandardCharsets;

/** Writes JSON from maps, lists, strings, numbers and booleans. */
final class Json {
    private Json() {}

    static byte[] bytes(Object value) {
        return ConfigValueFactory.fromAnyRef(value)
                .render(ConfigRenderOptions.concise())
                .getBytes(StandardCharsets.UTF_8);
    }
}
