package dev.sluice.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.policy.settings.ConfigCheck;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Quota services with roles apart, in one JVM: a rate node, a node of allocations, and one that only forwards. */
class RolesApartTest {
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final String QUOTAS = """
            quotas {
              rate.ns.r { algorithm = token-bucket, unit = day, requests-per-unit = 10 }
              alloc.ns.r { capacity = 10, max-lease = 1h }
            }
            """;
    private static final String VIEW = "{\"namespace\":\"ns\",\"resource\":\"r\"}";

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<QuotaService> services = new ArrayList<>();

    @TempDir
    Path folder;

    private QuotaService rate;
    private QuotaService alloc;
    private QuotaService proxy;

    @BeforeEach
    void start() throws IOException {
        Files.writeString(folder.resolve("quotas.conf"), QUOTAS);
        rate = start("rate", "rate");
        alloc = start("alloc", "alloc");
        proxy = start("proxy", "proxy");
        services.forEach(service -> service.setPeers(
                services.stream().map(QuotaService::syncEndpoint).toList()));
        await().atMost(DEADLINE).untilAsserted(() -> {
            assertThat(post(proxy, "view", VIEW).body()).contains("\"capacity\":10");
            assertThat(call(proxy, "GET", "/api/v1/quotas/rate/ns/r", "").statusCode())
                    .isEqualTo(200);
        });
    }

    private QuotaService start(String node, String roles) throws IOException {
        Path file = Files.writeString(folder.resolve(node + ".conf"), """
                sluice {
                  node-id = %s
                  quota { listen = "127.0.0.1:0", quotas-overlay = %s-overlay.conf, roles = [%s] }
                  sync { listen = "tcp://127.0.0.1:0", cluster = roles-test, interval = 20ms }
                  admin.address = "127.0.0.1:0"
                }
                """.formatted(node, node, roles));
        QuotaService service =
                QuotaService.start(ConfigCheck.checkQuotaAlone(file).value().orElseThrow());
        services.add(service);
        return service;
    }

    @AfterEach
    void close() {
        services.forEach(QuotaService::close);
    }

    private HttpResponse<String> call(QuotaService to, String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        InetSocketAddress address = to.listenAddress();
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://" + address.getHostString() + ":" + address.getPort() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(QuotaService to, String call, String body, String... headers)
            throws IOException, InterruptedException {
        return call(to, "POST", "/api/v1/" + call, body, headers);
    }

    private static String tokens(int tokens) {
        return "{\"namespace\":\"ns\",\"resource\":\"r\",\"tokens\":" + tokens + "}";
    }

    @Test
    void calls_areForwardedToTheirRoles_fromAnyNode() throws Exception {
        HttpResponse<String> allowed = post(proxy, "allow", tokens(4));
        assertThat(allowed.body()).contains("\"status\":1001", "\"ok\":true");
        assertThat(allowed.headers().firstValue("RateLimit").orElseThrow()).contains("r=6");
        assertThat(post(alloc, "allow", tokens(7)).body()).contains("\"ok\":false");
        assertThat(post(rate, "allow", tokens(6)).body()).contains("\"ok\":true");

        assertThat(post(proxy, "alloc", tokens(3)).body()).contains("\"remaining_tokens\":7", "\"current_version\":2");
        assertThat(post(rate, "alloc", tokens(8)).body()).contains("\"ok\":false");
        assertThat(post(alloc, "view", VIEW).body()).contains("\"allocated\":3", "\"version\":2");
        assertThat(post(proxy, "free", tokens(3)).body()).contains("\"remaining_tokens\":10");
    }

    @Test
    void allowWithAKey_isMadeOnce_throughAnyNode() throws Exception {
        for (QuotaService node : List.of(proxy, alloc, rate, proxy)) {
            HttpResponse<String> allowed = post(node, "allow", tokens(4), "Idempotency-Key", "k");
            assertThat(allowed.body()).contains("\"ok\":true");
            assertThat(allowed.headers().firstValue("RateLimit").orElseThrow()).contains("r=6");
        }
        assertThat(post(proxy, "allow", tokens(5), "Idempotency-Key", "k").statusCode())
                .isEqualTo(422);
    }

    @Test
    void errors_passThrough() throws Exception {
        for (String call : List.of("allow", "alloc", "free", "view", "batch", "all")) {
            assertThat(post(proxy, call, "{\"namespace\":").body()).contains("\"status\":1004");
            assertThat(post(proxy, call, "{}").statusCode()).isEqualTo(400);
        }
        assertThat(post(proxy, "view", "{\"namespace\":\"ns\",\"resource\":\"none\"}")
                        .body())
                .contains("\"status\":1002");
        assertThat(post(proxy, "alloc", tokens(1).replace("}", ",\"version\":9}"))
                        .body())
                .contains("\"status\":1003", "\"current_version\":1");
    }

    @Test
    void idempotencyKeys_leases_andQueries_passThrough() throws Exception {
        String body = tokens(2).replace("}", ",\"lease\":60,\"holder\":\"job\"}");
        String first = post(proxy, "alloc", body, "Idempotency-Key", "k1").body();
        assertThat(first).contains("\"ok\":true", "\"lease\":");
        assertThat(post(rate, "alloc", body, "Idempotency-Key", "k1").body()).isEqualTo(first);
        assertThat(post(proxy, "alloc", tokens(3), "Idempotency-Key", "k1").statusCode())
                .isEqualTo(422);
        assertThat(call(proxy, "GET", "/api/v1/allocations?namespace=ns&resource=r", "")
                        .body())
                .contains("\"job\"");
    }

    @Test
    void batch_isDividedByRoles_andKeepsItsOrder() throws Exception {
        String batch = """
                [{"op":"view","namespace":"ns","resource":"r"},
                 {"op":"allow","namespace":"ns","resource":"r","tokens":4},
                 {"op":"alloc","namespace":"ns","resource":"r","tokens":5},
                 {"op":"allow","namespace":"ns","resource":"\\"{","tokens":4}]
                """;

        String expected =
                "[{\"status\":1001,\"msg\":\"ok\",\"result\":{\"allocated\":5,\"capacity\":10,\"version\":2}},"
                        + "{\"status\":1001,\"msg\":\"ok\",\"result\":{\"wait_time\":0,\"ok\":true}},"
                        + "{\"status\":1001,\"msg\":\"ok\",\"result\":{\"remaining_tokens\":5,\"current_version\":2,\"ok\":true}},"
                        + "{\"status\":1002,\"msg\":\"not found\",\"result\":{\"wait_time\":0,\"ok\":false}}]";
        assertThat(post(proxy, "batch", batch).body()).isEqualTo(expected);
    }

    @Test
    void mixedCallOfAllOrNone_needsANodeWithBothRoles() throws Exception {
        String mixed = "{\"steps\":[{\"op\":\"allow\",\"namespace\":\"ns\",\"resource\":\"r\",\"tokens\":1},"
                + "{\"op\":\"alloc\",\"namespace\":\"ns\",\"resource\":\"r\",\"tokens\":1}]}";
        HttpResponse<String> refused = post(proxy, "all", mixed);
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("\"status\":1005", "no live node has role alloc and rate");
        assertThat(refused.headers().firstValue("Retry-After")).contains("1");

        String single = "{\"steps\":[{\"op\":\"alloc\",\"namespace\":\"ns\",\"resource\":\"r\",\"tokens\":1}]}";
        assertThat(post(proxy, "all", single).body()).contains("\"ok\":true");
    }

    @Test
    void forwardedCall_isNotForwardedAgain() throws Exception {
        HttpResponse<String> refused = post(proxy, "allow", tokens(1), "X-Sluice-Forwarded", "1");

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("\"status\":1005", "no role rate");
    }

    @Test
    void definitions_areReadAndSetWhereTheyBelong() throws Exception {
        assertThat(call(proxy, "PUT", "/api/v1/quotas/alloc/ns/r", "{\"capacity\":20}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(post(proxy, "view", VIEW).body()).contains("\"capacity\":20");
        HttpResponse<String> read = call(proxy, "GET", "/api/v1/quotas/alloc/ns/r", "");
        String tag = read.headers().firstValue("ETag").orElseThrow();
        assertThat(call(proxy, "DELETE", "/api/v1/quotas/alloc/ns/r", "", "If-Match", "\"other\"")
                        .statusCode())
                .isEqualTo(412);
        assertThat(call(proxy, "DELETE", "/api/v1/quotas/alloc/ns/r", "", "If-Match", tag)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void nodeThatIsGone_givesUnavailable_andMembersShowTheRest() throws Exception {
        String members = call(proxy, "GET", "/memberlist", "").body();
        assertThat(members)
                .contains(
                        "\"service\":\"alloc\",\"hostname\":\"alloc\",\"host\":\"127.0.0.1\",\"http_port\":"
                                + alloc.listenAddress().getPort(),
                        "\"service\":\"rate\",\"hostname\":\"rate\",\"host\":\"127.0.0.1\",\"http_port\":"
                                + rate.listenAddress().getPort(),
                        "\"service\":\"proxy\",\"hostname\":\"proxy\",\"host\":\"127.0.0.1\",\"http_port\":"
                                + proxy.listenAddress().getPort());

        alloc.close();
        services.remove(alloc);

        HttpResponse<String> refused = post(proxy, "alloc", tokens(1));
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("\"status\":1005");
        assertThat(refused.headers().firstValue("Retry-After")).contains("1");
        assertThat(post(proxy, "allow", tokens(1)).body()).contains("\"ok\":true");
    }

    @Test
    void secondNodeOfAllocations_isShown_andCallsGoToTheFirstName() throws Exception {
        assertThat(post(proxy, "alloc", tokens(1)).body()).contains("\"ok\":true");

        QuotaService second = start("alloc2", "alloc");
        services.forEach(service -> service.setPeers(
                services.stream().map(QuotaService::syncEndpoint).toList()));

        await().atMost(DEADLINE).untilAsserted(() -> {
            assertThat(call(proxy, "GET", "/ready", "").body())
                    .contains("several nodes have the role alloc", "alloc, alloc2");
            assertThat(call(second, "GET", "/ready", "").body()).contains("this one, alloc;");
            assertThat(call(proxy, "GET", "/metrics", "").body()).contains("sluice_quota_alloc_nodes 2.0");
        });
        for (int i = 0; i < 4; i++) {
            assertThat(post(proxy, "view", VIEW).body()).contains("\"allocated\":1");
            assertThat(post(rate, "view", VIEW).body()).contains("\"allocated\":1");
        }
        assertThat(post(second, "alloc", tokens(2)).body()).contains("\"remaining_tokens\":7");
        assertThat(post(second, "view", VIEW).body()).contains("\"allocated\":3");
        assertThat(post(second, "alloc", tokens(1), "X-Sluice-Forwarded", "1").statusCode())
                .isEqualTo(503);

        alloc.close();
        services.remove(alloc);

        await().atMost(DEADLINE)
                .untilAsserted(
                        () -> assertThat(post(second, "view", VIEW).body()).contains("\"allocated\":0"));
    }
}
