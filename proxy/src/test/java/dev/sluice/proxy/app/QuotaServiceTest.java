package dev.sluice.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.settings.ConfigCheck;
import dev.sluice.policy.settings.ConfigCheck.QuotaAloneConfiguration;
import dev.sluice.proxy.cli.CheckCommand;
import dev.sluice.proxy.testing.RawHttp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole quota services, as the command starts them, in one JVM. */
class QuotaServiceTest {
    private static final String QUOTAS = """
            quotas {
              rate.ns.r { algorithm = token-bucket, unit = day, requests-per-unit = 10 }
              rate.any."*" { algorithm = window, unit = second, requests-per-unit = 10 }
              alloc.ns.r { capacity = 10, max-lease = 1h }
            }
            """;

    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    @BeforeEach
    void writeQuotas() throws IOException {
        Files.writeString(folder.resolve("quotas.conf"), QUOTAS);
    }

    private Path settings(String node, String more) throws IOException {
        return settings(node, "127.0.0.1:0", more);
    }

    private Path settings(String node, String listen, String more) throws IOException {
        return Files.writeString(folder.resolve(node + ".conf"), """
                sluice {
                  node-id = %s
                  quota { listen = "%s", quotas-overlay = %s-overlay.conf }
                  sync { listen = "tcp://127.0.0.1:0", cluster = quota-test, interval = 20ms }
                  admin.address = "127.0.0.1:0"
                  %s
                }
                """.formatted(node, listen, node, more));
    }

    private QuotaService start(String node, String more) throws IOException {
        return start(settings(node, more));
    }

    private static QuotaService start(Path file) throws IOException {
        ReadResult<QuotaAloneConfiguration> read = ConfigCheck.checkQuotaAlone(file);
        assertThat(read.problems()).isEmpty();
        return QuotaService.start(read.value().orElseThrow());
    }

    private HttpResponse<String> call(InetSocketAddress to, String method, String path, String body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://" + to.getHostString() + ":" + to.getPort() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private String post(QuotaService to, String call, String body) throws IOException, InterruptedException {
        return call(to.listenAddress(), "POST", "/api/v1/" + call, body).body();
    }

    private static String tokens(int tokens) {
        return "{\"namespace\":\"ns\",\"resource\":\"r\",\"tokens\":" + tokens + ",\"version\":0}";
    }

    @Test
    void service_decidesAndShowsItself() throws Exception {
        try (QuotaService service = start("q1", "")) {
            await().untilAsserted(() -> assertThat(RawHttp.get(service.adminAddress(), "/ready"))
                    .contains("\"serving\":true", "\"store\":{\"state\":\"ok\""));
            assertThat(post(service, "allow", "{\"namespace\":\"ns\",\"resource\":\"r\",\"tokens\":10}"))
                    .contains("\"ok\":true");
            assertThat(post(service, "allow", "{\"namespace\":\"ns\",\"resource\":\"r\",\"tokens\":1}"))
                    .contains("\"ok\":false");
            assertThat(post(service, "alloc", tokens(4))).contains("\"remaining_tokens\":6", "\"current_version\":2");
            assertThat(post(service, "view", "{\"namespace\":\"ns\",\"resource\":\"r\"}"))
                    .contains("\"allocated\":4", "\"capacity\":10");
            assertThat(RawHttp.get(service.adminAddress(), "/api/v1/usage"))
                    .contains(
                            "\"allocations\":[{\"namespace\":\"ns\",\"resource\":\"r\",\"allocated\":4,\"capacity\":10,"
                                    + "\"version\":2}]");
            // names that clients make up are in no metric
            assertThat(post(service, "allow", "{\"namespace\":\"any\",\"resource\":\"made-up\",\"tokens\":1}"))
                    .contains("\"ok\":true");
            assertThat(RawHttp.get(service.adminAddress(), "/metrics"))
                    .contains("sluice_quota_tokens_taken_total{namespace=\"ns\",resource=\"r\"} 10.0")
                    .contains("sluice_quota_calls_refused_total{namespace=\"ns\",resource=\"r\"} 1.0")
                    .contains("sluice_quota_allocated{namespace=\"ns\",resource=\"r\"} 4.0")
                    .contains("sluice_quota_capacity{namespace=\"ns\",resource=\"r\"} 10.0")
                    .doesNotContain("made-up");
            assertThat(post(service, "free", tokens(4))).contains("\"ok\":true", "\"remaining_tokens\":10");
            assertThat(post(service, "free", tokens(1))).contains("\"ok\":false");
            assertThat(call(service.listenAddress(), "GET", "/ready", "").statusCode())
                    .isEqualTo(200);
            assertThat(call(service.listenAddress(), "GET", "/memberlist", "").body())
                    .contains("q1");
            assertThat(RawHttp.get(service.adminAddress(), "/metrics"))
                    .contains("sluice_quota_stale 0.0", "sluice_quota_store_failing 0.0");
        }
    }

    @Test
    void rateQuota_holdsForAllNodes() throws Exception {
        try (QuotaService one = start("q1", "");
                QuotaService two = start("q2", "")) {
            one.setPeers(List.of(two.syncEndpoint()));
            two.setPeers(List.of(one.syncEndpoint()));
            await().untilAsserted(() -> {
                assertThat(RawHttp.get(one.adminAddress(), "/metrics")).contains("sluice_peers_live 1.0");
                assertThat(RawHttp.get(two.adminAddress(), "/metrics")).contains("sluice_peers_live 1.0");
            });

            await().untilAsserted(() -> assertThat(
                            call(one.listenAddress(), "GET", "/memberlist", "").body())
                    .contains(
                            "\"http_port\":" + one.listenAddress().getPort(),
                            "\"http_port\":" + two.listenAddress().getPort()));

            assertThat(post(one, "allow", "{\"namespace\":\"ns\",\"resource\":\"r\",\"tokens\":10}"))
                    .contains("\"ok\":true");

            await().untilAsserted(() ->
                    assertThat(RawHttp.get(two.adminAddress(), "/api/v1/usage")).contains("\"scope\":\"quota\""));
            assertThat(post(two, "allow", "{\"namespace\":\"ns\",\"resource\":\"r\",\"tokens\":1}"))
                    .contains("\"ok\":false");
        }
    }

    @Test
    void quotasFile_isFollowed_andABadOneChangesNothing() throws Exception {
        try (QuotaService service = start("q1", "")) {
            Files.writeString(folder.resolve("quotas.conf"), "quotas.alloc.ns { r.capacity = 3, new.capacity = 5 }\n");
            await().untilAsserted(() -> assertThat(post(service, "view", "{\"namespace\":\"ns\",\"resource\":\"r\"}"))
                    .contains("\"capacity\":3"));
            assertThat(post(service, "allow", "{\"namespace\":\"ns\",\"resource\":\"r\",\"tokens\":1}"))
                    .contains("\"status\":1002");

            Files.writeString(folder.resolve("quotas.conf"), "quotas.alloc.ns.r.capacity = none\n");
            await().untilAsserted(() -> assertThat(RawHttp.get(service.adminAddress(), "/ready"))
                    .contains("\"quotas\":{\"state\":\"stale\"", "quotas.alloc.ns.r.capacity"));

            assertThat(post(service, "view", "{\"namespace\":\"ns\",\"resource\":\"new\"}"))
                    .contains("\"capacity\":5");
        }
    }

    @Test
    void localAllocations_areThereAfterARestart() throws Exception {
        String local = "quota.alloc { backend = local, dir = store }";
        try (QuotaService service = start("q1", local)) {
            assertThat(post(service, "alloc", tokens(7))).contains("\"ok\":true");
            assertThatThrownBy(() -> start("q2", local))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another process uses");
        }

        try (QuotaService service = start("q1", local)) {
            assertThat(post(service, "view", "{\"namespace\":\"ns\",\"resource\":\"r\"}"))
                    .contains("\"allocated\":7", "\"version\":2");
        }
    }

    @Test
    void quotaSetOverHttp_isInForce_andStaysAfterARestart() throws Exception {
        String path = "/api/v1/quotas/alloc/ns/a%2Fb";
        try (QuotaService service = start("q1", "")) {
            HttpResponse<String> put = call(service.listenAddress(), "PUT", path, "{\"capacity\":2}");

            assertThat(put.statusCode()).isEqualTo(200);
            assertThat(put.headers().firstValue("ETag")).isPresent();
            assertThat(post(service, "view", "{\"namespace\":\"ns\",\"resource\":\"a/b\"}"))
                    .contains("\"capacity\":2");
            assertThat(call(service.listenAddress(), "GET", "/api/v1/quotas/export", "")
                            .body())
                    .contains("\"ns\".\"a/b\" { capacity = 2 }");
        }

        try (QuotaService service = start("q1", "")) {
            assertThat(call(service.listenAddress(), "GET", path, "").body()).contains("\"capacity\":2");
            assertThat(call(service.listenAddress(), "DELETE", path, "").statusCode())
                    .isEqualTo(200);
            assertThat(call(service.listenAddress(), "GET", path, "").statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void portInUse_leavesNothingRunning() throws Exception {
        try (QuotaService service = start("q1", "")) {
            String local = "quota.alloc { backend = local, dir = store2 }";
            String taken = "127.0.0.1:" + service.listenAddress().getPort();

            assertThatThrownBy(() -> start(settings("q2", taken, local))).isInstanceOf(IOException.class);

            try (QuotaService other = start("q2", local)) {
                assertThat(post(other, "alloc", tokens(1))).contains("\"ok\":true");
            }
        }
    }

    @Test
    void drain_endsReadiness() throws Exception {
        try (QuotaService service = start("q1", "")) {
            assertThat(service.drain()).isTrue();

            assertThat(RawHttp.get(service.adminAddress(), "/ready")).contains("\"serving\":false");
            assertThatThrownBy(() -> post(service, "alloc", tokens(1))).isInstanceOf(IOException.class);
        }
    }

    @Test
    void check_readsTheQuotas() throws Exception {
        Path file = settings("q1", "");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();

        int good = check(file, out, err);
        Files.writeString(folder.resolve("quotas.conf"), "quotas.alloc.ns.r.capacity = none\n");
        int bad = check(file, out, err);

        assertThat(good).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("ok: ").contains("quotas.conf can be used");
        assertThat(bad).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("quotas.conf:1:1: quotas.alloc.ns.r.capacity: \"none\" is not a number of tokens");
    }

    private static int check(Path file, ByteArrayOutputStream out, ByteArrayOutputStream err) {
        return CheckCommand.run(
                file.toString(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }
}
