package dev.sluice.proxy.quota.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.QuotaName;
import dev.sluice.proxy.testing.KeptConnection;
import dev.sluice.proxy.testing.KeptConnection.ReceivedResponse;
import dev.sluice.quota.alloc.QuotaView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Thousands of drawn bodies, right ones that are spoiled: none gets a 500 or ends its connection, and whatever is taken of
 * them, the quota holds between nothing and its capacity.
 */
class QuotaFuzzTest {
    private static final int BODIES = 6_000;
    private static final long CAPACITY = 50;
    private static final QuotaName QUOTA = new QuotaName("ns1", "r1");
    private static final List<String> PATHS = List.of("allow", "view", "alloc", "free", "renew", "batch", "all");
    private static final List<String> NUMBERS = List.of(
            "0",
            "-1",
            "1",
            "3",
            "60",
            "1.5",
            "1e3",
            "\"1\"",
            "null",
            "9007199254740991",
            "9007199254740993",
            "9223372036854775807",
            "-9223372036854775808",
            "18446744073709551616",
            "true",
            "[]",
            "{}");
    private static final List<String> TEXTS = List.of(
            "\"ns1\"",
            "\"r1\"",
            "\"\"",
            "\"\\u0000\"",
            "\"\\ud83d\"",
            "\"*\"",
            "\"a/b\"",
            "7",
            "null",
            "\"" + "x".repeat(256) + "\"");

    private final long seed = Long.getLong("sluice.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void drawnBodies_neverFailTheServer_norTheQuota() throws IOException {
        System.out.println("seed " + seed);
        try (QuotaFixture fixture = QuotaFixture.inMemory().define("ns1", "r1", CAPACITY)) {
            KeptConnection connection = fixture.connect();
            int served = 0;
            for (int i = 0; i < BODIES; i++) {
                String path = PATHS.get(random.nextInt(PATHS.size()));
                byte[] body = spoiled(body(path).getBytes(StandardCharsets.UTF_8));
                String key = random.nextInt(4) == 0 ? "Idempotency-Key: k" + random.nextInt(20) + "\r\n" : "";
                connection.send(("POST /api/v1/" + path + " HTTP/1.1\r\nHost: t\r\n" + key + "Content-Length: "
                                + body.length + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));

                ReceivedResponse response = connection.send(body).receive();

                assertThat(response.status())
                        .as("seed %d, body %d: %s", seed, i, new String(body, StandardCharsets.UTF_8))
                        .isIn(200, 400, 422);
                assertThat(response.body()).startsWith(response.status() == 200 && path.equals("batch") ? "[" : "{");
                QuotaView view = fixture.store.view(QUOTA).orElseThrow();
                assertThat(view.allocated()).as("seed %d, body %d", seed, i).isBetween(0L, CAPACITY);
                served += response.status() == 200 ? 1 : 0;
                if (random.nextInt(50) == 0) {
                    fixture.passSeconds(30);
                }
            }
            connection.close();
            assertThat(served).as("bodies that were right, seed %d", seed).isGreaterThan(BODIES / 10);
            assertThat(fixture.store.view(QUOTA).orElseThrow().version()).isGreaterThan(10);
        }
    }

    private String body(String path) {
        return switch (path) {
            case "batch" -> array();
            case "all" -> "{\"steps\":" + array() + "}";
            case "renew" -> "{\"lease\":" + number() + ",\"seconds\":" + number() + "}";
            default -> call("", path);
        };
    }

    private String array() {
        StringBuilder calls = new StringBuilder("[");
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            String op = PATHS.get(random.nextInt(4));
            calls.append(i > 0 ? "," : "").append(call("\"op\":\"" + op + "\",", op));
        }
        return calls.append(']').toString();
    }

    private String call(String op, String kind) {
        StringBuilder call = new StringBuilder("{").append(op);
        call.append("\"namespace\":")
                .append(text("\"ns1\""))
                .append(",\"resource\":")
                .append(text("\"r1\""));
        if (!kind.equals("view")) {
            call.append(",\"tokens\":").append(number());
        }
        if ((kind.equals("alloc") || kind.equals("free")) && random.nextInt(3) == 0) {
            call.append(random.nextBoolean() ? ",\"version\":" : ",\"lease\":").append(number());
        }
        return call.append('}').toString();
    }

    private String number() {
        return random.nextInt(3) == 0
                ? NUMBERS.get(random.nextInt(NUMBERS.size()))
                : String.valueOf(1 + random.nextInt(30));
    }

    private String text(String usual) {
        return random.nextInt(20) == 0 ? TEXTS.get(random.nextInt(TEXTS.size())) : usual;
    }

    private byte[] spoiled(byte[] body) {
        byte[] bytes = body.clone();
        for (int left = random.nextInt(4) == 0 ? 1 + random.nextInt(3) : 0; left > 0 && bytes.length > 1; left--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(3)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes = java.util.Arrays.copyOf(bytes, at + 1);
                default -> {
                    byte[] longer = java.util.Arrays.copyOf(bytes, bytes.length + 1);
                    System.arraycopy(bytes, at, longer, at + 1, bytes.length - at);
                    bytes = longer;
                }
            }
        }
        return bytes;
    }
}
