package dev.sluice.it.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.it.harness.process.LoopbackHosts;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two quota services as processes: calls, sync, edits of quotas.conf, restarts and kills. */
class QuotaServiceIT {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final int SYNC_PORT = 7070;
    private static final String QUOTAS = """
            rate.api.search { algorithm = token-bucket, unit = day, requests-per-unit = 100 }
            alloc.ci.runners { capacity = 10, max-lease = 1h }
            """;

    @TempDir
    Path folder;

    private static String settings(String own, String other) {
        return "sync { listen = \"" + own + "\", peers = [\"" + other + "\"], cluster = quota-it, interval = 50ms }\n"
                + "quota.alloc { backend = local, dir = data }";
    }

    private static String endpoint() {
        return "tcp://" + LoopbackHosts.host() + ":" + SYNC_PORT;
    }

    private static String allow(int tokens) {
        return "{\"namespace\":\"api\",\"resource\":\"search\",\"tokens\":" + tokens + "}";
    }

    private static String runners(int tokens) {
        return "{\"namespace\":\"ci\",\"resource\":\"runners\",\"tokens\":" + tokens + "}";
    }

    private static String view(QuotaProcess from) throws IOException, InterruptedException {
        return from.post("view", "{\"namespace\":\"ci\",\"resource\":\"runners\"}");
    }

    @Test
    void twoNodes_shareRates_keepAllocations_andFollowTheirFile() throws Exception {
        String endpointOfOne = endpoint();
        String endpointOfTwo = endpoint();
        try (QuotaProcess one =
                        new QuotaProcess(folder.resolve("one"), settings(endpointOfOne, endpointOfTwo), QUOTAS);
                QuotaProcess two =
                        new QuotaProcess(folder.resolve("two"), settings(endpointOfTwo, endpointOfOne), QUOTAS)) {
            await().atMost(DEADLINE).untilAsserted(() -> {
                assertThat(one.admin("/metrics")).contains("sluice_peers_live 1.0");
                assertThat(two.admin("/metrics")).contains("sluice_peers_live 1.0");
            });

            // A rate quota is shared: what one node gives away, the other one doesn't have.
            assertThat(one.post("allow", allow(60))).contains("\"ok\":true");
            await().atMost(DEADLINE)
                    .untilAsserted(() -> assertThat(two.admin("/api/v1/usage")).contains("\"used\":60"));
            assertThat(two.post("allow", allow(60))).contains("\"ok\":false");
            // What is left may be kept for the other node for a moment. A refusal takes nothing.
            await().atMost(DEADLINE)
                    .untilAsserted(
                            () -> assertThat(two.post("allow", allow(40))).contains("\"ok\":true"));

            // Allocations stay, after a proper end and after a kill.
            assertThat(one.post("alloc", runners(4))).contains("\"ok\":true", "\"current_version\":2");
            assertThat(one.terminate()).isZero();
            one.start();
            assertThat(view(one)).contains("\"allocated\":4", "\"version\":2");
            assertThat(one.post("alloc", runners(5))).contains("\"ok\":true", "\"current_version\":3");
            one.kill9();
            one.start();
            assertThat(view(one)).contains("\"allocated\":9", "\"version\":3");
            assertThat(one.post("alloc", runners(2))).contains("\"ok\":false", "\"remaining_tokens\":1");
            assertThat(one.post("free", runners(9))).contains("\"ok\":true", "\"remaining_tokens\":10");

            // The file is followed, and a bad one changes nothing.
            one.writeQuotas("alloc.ci.runners.capacity = 3");
            await().atMost(DEADLINE).untilAsserted(() -> assertThat(view(one)).contains("\"capacity\":3"));
            one.writeQuotas("alloc.ci.runners.capacity = three");
            await().atMost(DEADLINE)
                    .untilAsserted(() -> assertThat(one.admin("/ready")).contains("quotas.alloc.ci.runners.capacity"));
            assertThat(view(one)).contains("\"capacity\":3");

            // What is set over HTTP is in force at once, and comes before the file.
            HttpResponse<String> put = one.send("PUT", "/api/v1/quotas/alloc/ci/runners", "{\"capacity\":5}");
            assertThat(put.statusCode()).isEqualTo(200);
            assertThat(view(one)).contains("\"capacity\":5");
        }
    }
}
