package dev.sluice.proxy.quota.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.admin.http.BadRequestException;
import dev.sluice.proxy.quota.http.QuotaErrors;
import dev.sluice.proxy.quota.http.QuotaResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Batches that are divided, and their results. */
class BatchPartsTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void calls_areWrittenAsTheyWereRead() throws BadRequestException {
        List<QuotaCall> calls = CallParser.batch(bytes("""
                [{"op":"allow","namespace":"n\\"{é","resource":"r","tokens":3},
                 {"op":"allow","namespace":"n","resource":"r","tokens":3,"idempotency_key":"k\\""},
                 {"op":"view","namespace":"n","resource":"]"},
                 {"op":"alloc","namespace":"n","resource":"r","tokens":2,"version":7,"lease":60,"holder":"h","idempotency_key":"k"},
                 {"op":"alloc","namespace":"n","resource":"r","tokens":2,"lease":60},
                 {"op":"free","namespace":"n","resource":"r","tokens":1,"lease":5,"version":0}]
                """), 10);

        assertThat(CallParser.batch(BatchParts.body(calls), 10)).isEqualTo(calls);
    }

    @Test
    void results_comeBackInTheirPlaces() {
        byte[][] results = new byte[3][];

        BatchParts.distribute(
                QuotaResponse.json(200, bytes("[{\"a\":\"}]{\\\"\"}, {\"b\":{\"c\":[1]}}]")), List.of(2, 0), results);
        BatchParts.distribute(QuotaErrors.unavailable("no node"), List.of(1), results);

        assertThat(new String(BatchParts.joined(results).body(), StandardCharsets.UTF_8))
                .isEqualTo("[{\"b\":{\"c\":[1]}},{\"status\":1005,\"msg\":\"no node\",\"result\":{}},"
                        + "{\"a\":\"}]{\\\"\"}]");
    }

    @Test
    void responseWithOtherThanAllResults_isUnavailableForEach() {
        for (String bad : List.of("[]", "[{}]", "[{},{},{}]", "[{}", "}{}{}", "[{\"", "")) {
            byte[][] results = new byte[2][];

            BatchParts.distribute(QuotaResponse.json(200, bytes(bad)), List.of(0, 1), results);

            assertThat(new String(results[1], StandardCharsets.UTF_8)).contains("\"status\":1005");
        }
    }
}
