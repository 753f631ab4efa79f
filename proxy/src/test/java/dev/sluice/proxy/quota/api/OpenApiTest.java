package dev.sluice.proxy.quota.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.admin.json.InvalidJsonException;
import dev.sluice.proxy.admin.json.JsonCodec;
import dev.sluice.proxy.quota.definitions.QuotasApi;
import dev.sluice.proxy.quota.http.QuotaRoute;
import dev.sluice.proxy.testing.KeptConnection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The OpenAPI description and the routes are the same thing told twice: this holds them together. */
class OpenApiTest {
    private static final Pattern REFERENCE = Pattern.compile("\"#/components/schemas/(\\w+)\"");

    private static String description(QuotaFixture fixture) throws IOException {
        try (KeptConnection connection = fixture.connect()) {
            return connection.get("/api/v1/openapi.json").body();
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    @Test
    void description_hasEveryRoute_andNoOther() throws IOException, InvalidJsonException {
        try (QuotaFixture fixture = QuotaFixture.inMemory()) {
            Map<String, Object> paths =
                    map(JsonCodec.readObject(description(fixture)).get("paths"));

            Set<String> described = new TreeSet<>();
            paths.forEach((path, methods) -> map(methods)
                    .keySet()
                    .forEach(method -> described.add(method.toUpperCase(Locale.ROOT) + " " + path)));
            Set<String> routes = new TreeSet<>();
            List<QuotaRoute> all = new ArrayList<>(fixture.routes);
            // only their paths are looked at
            all.addAll(new QuotasApi(null, Optional.empty(), fixture.worker).routes());
            all.forEach(route -> routes.add(route.method() + " " + route.path()));

            assertThat(described).isEqualTo(routes);
        }
    }

    @Test
    void fieldsOfCalls_areThoseThatAreRead() throws IOException, InvalidJsonException {
        try (QuotaFixture fixture = QuotaFixture.inMemory()) {
            Map<String, Object> schemas =
                    map(map(JsonCodec.readObject(description(fixture)).get("components"))
                            .get("schemas"));

            for (CallKind kind : CallKind.values()) {
                String name = kind.label().substring(0, 1).toUpperCase(Locale.ROOT)
                        + kind.label().substring(1);
                Map<String, Object> schema = map(schemas.get(name));
                Set<String> allowed = new HashSet<>();
                Set<String> required = new HashSet<>();
                for (CallField field : CallField.values()) {
                    if (kind.allows(field) && field != CallField.OP) {
                        allowed.add(field.key());
                    }
                    if (kind.requires(field)) {
                        required.add(field.key());
                    }
                }
                assertThat(map(schema.get("properties")).keySet()).as(name).isEqualTo(allowed);
                assertThat((List<?>) schema.get("required"))
                        .as(name)
                        .map(String::valueOf)
                        .containsExactlyInAnyOrderElementsOf(required);
            }
        }
    }

    @Test
    void everyReference_hasItsSchema() throws IOException, InvalidJsonException {
        try (QuotaFixture fixture = QuotaFixture.inMemory()) {
            String text = description(fixture);
            Set<String> schemas = map(map(JsonCodec.readObject(text).get("components"))
                            .get("schemas"))
                    .keySet();

            Matcher references = REFERENCE.matcher(text);
            int found = 0;
            while (references.find()) {
                assertThat(schemas).contains(references.group(1));
                found++;
            }
            assertThat(found).isGreaterThan(20);
        }
    }
}
