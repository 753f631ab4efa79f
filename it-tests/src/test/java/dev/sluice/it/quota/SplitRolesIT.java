package dev.sluice.it.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.it.harness.process.LoopbackHosts;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Six processes with roles apart: three for rates, one for allocations, two that forward. Clients know these two. */
class SplitRolesIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final int SYNC_PORT = 7070;
    private static final List<String> ROLES = List.of("rate", "rate", "rate", "alloc", "proxy", "proxy");
    private static final int ALLOC = 3;
    private static final int PROXY = 4;
    private static final String QUOTAS = """
            rate.ns1.r1 { algorithm = token-bucket, unit = day, requests-per-unit = 100000 }
            rate.ns1.day { algorithm = token-bucket, unit = day, requests-per-unit = 20 }
            alloc.ns1.r1 { capacity = 10, max-lease = 1h }
            """ + QuotaBehaviours.QUOTAS;
    private static final String NOTHING = "{\"status\":1002,\"msg\":\"not found\",\"result\":";

    private final List<QuotaProcess> nodes = new ArrayList<>();
    private int calls;

    @TempDir
    Path folder;

    private void start() {
        List<String> endpoints = ROLES.stream()
                .map(role -> "\"tcp://" + LoopbackHosts.host() + ":" + SYNC_PORT + "\"")
                .toList();
        List<CompletableFuture<QuotaProcess>> starting = IntStream.range(0, ROLES.size())
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> start(i, endpoints)))
                .toList();
        starting.forEach(node -> nodes.add(node.join()));
    }

    private QuotaProcess start(int node, List<String> endpoints) {
        String settings = "sync { listen = " + endpoints.get(node) + ", peers = [" + String.join(", ", endpoints)
                + "], cluster = roles-it, interval = 50ms }\n"
                + "quota { roles = [" + ROLES.get(node) + "], alloc { backend = local, dir = data } }";
        try {
            return new QuotaProcess(folder.resolve(ROLES.get(node) + node), settings, QUOTAS);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void close() throws Exception {
        for (QuotaProcess node : nodes) {
            node.close();
        }
    }

    /** Posts a call to one proxy, and the next to the other. */
    private HttpResponse<String> post(String call, String body) throws IOException, InterruptedException {
        return nodes.get(PROXY + calls++ % 2).send("POST", "/api/v1/" + call, body);
    }

    private void check(String call, String body, int httpStatus, String expected)
            throws IOException, InterruptedException {
        HttpResponse<String> response = post(call, body);
        assertThat(response.statusCode())
                .as("%s %s: %s", call, body, response.body())
                .isEqualTo(httpStatus);
        assertThat(response.body()).as("%s %s", call, body).contains(expected);
    }

    private static String name(String resource, String more) {
        return "{\"namespace\":\"ns1\",\"resource\":\"" + resource + "\"" + more + "}";
    }

    private static String ok(String result) {
        return "{\"status\":1001,\"msg\":\"ok\",\"result\":" + result + "}";
    }

    private void awaitRoles() {
        await().atMost(DEADLINE).untilAsserted(() -> {
            for (int i = 0; i < 2; i++) {
                check("view", name("r1", ""), 200, "\"capacity\":10");
                assertThat(nodes.get(PROXY + i).send("GET", "/memberlist", "").body())
                        .contains("\"hostname\":\"rate0\"", "\"hostname\":\"rate1\"", "\"hostname\":\"rate2\"")
                        .contains("\"hostname\":\"alloc3\"", "\"hostname\":\"proxy4\"", "\"hostname\":\"proxy5\"")
                        .contains("\"service\":\"rate\"", "\"service\":\"alloc\"", "\"service\":\"proxy\"")
                        .doesNotContain("\"http_port\":0");
            }
        });
    }

    @Test
    void proxies_answerAsOneProcessDoes_alsoAfterNodesWereKilled() throws Exception {
        start();
        awaitRoles();

        rates();
        allocations();
        badBodies();
        new QuotaBehaviours(
                        List.of(nodes.get(PROXY).address(), nodes.get(PROXY + 1).address()))
                .check();

        // One of three rate nodes is killed: no call fails.
        nodes.get(1).kill9();
        for (int i = 0; i < 40; i++) {
            check("allow", name("r1", ",\"tokens\":1"), 200, ok("{\"wait_time\":0,\"ok\":true}"));
        }

        // The node of allocations is killed: its calls are unavailable, others are not. It comes back with everything.
        nodes.get(ALLOC).kill9();
        check("alloc", name("r1", ",\"tokens\":1,\"version\":0"), 503, "\"status\":1005");
        HttpResponse<String> refused = post("view", name("r1", ""));
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        check("allow", name("r1", ",\"tokens\":1"), 200, "\"ok\":true");
        nodes.get(ALLOC).start();
        await().atMost(DEADLINE)
                .untilAsserted(() ->
                        check("view", name("r1", ""), 200, ok("{\"allocated\":6,\"capacity\":10,\"version\":4}")));
        check("free", name("r1", ",\"tokens\":6,\"version\":4"), 200, "\"current_version\":5");
    }

    private void rates() throws IOException, InterruptedException {
        check("allow", name("r1", ",\"tokens\":1"), 200, ok("{\"wait_time\":0,\"ok\":true}"));
        check("allow", name("none", ",\"tokens\":1"), 200, NOTHING + "{\"wait_time\":0,\"ok\":false}}");
        check("allow", name("day", ",\"tokens\":21"), 200, ok("{\"wait_time\":-1,\"ok\":false}"));
        check("allow", name("day", ",\"tokens\":20"), 200, ok("{\"wait_time\":0,\"ok\":true}"));
        // What one node gave away, the other ones no longer have.
        await().atMost(DEADLINE).untilAsserted(() -> {
            for (int i = 0; i < 3; i++) {
                check("allow", name("day", ",\"tokens\":20"), 200, "\"ok\":false");
            }
        });
    }

    private void allocations() throws IOException, InterruptedException {
        check("view", name("r1", ""), 200, ok("{\"allocated\":0,\"capacity\":10,\"version\":1}"));
        check("view", name("none", ""), 200, NOTHING + "{\"allocated\":0,\"capacity\":0,\"version\":0}}");
        check(
                "alloc",
                name("r1", ",\"tokens\":4,\"version\":0"),
                200,
                ok("{\"remaining_tokens\":6,\"current_version\":2,\"ok\":true}"));
        check(
                "alloc",
                name("r1", ",\"tokens\":3,\"version\":2"),
                200,
                ok("{\"remaining_tokens\":3,\"current_version\":3,\"ok\":true}"));
        check(
                "alloc",
                name("r1", ",\"tokens\":1,\"version\":2"),
                200,
                "{\"status\":1003,\"msg\":\"invalid version\",\"result\":{\"remaining_tokens\":3,\"current_version\":3,\"ok\":false}}");
        check(
                "alloc",
                name("r1", ",\"tokens\":4,\"version\":0"),
                200,
                ok("{\"remaining_tokens\":3,\"current_version\":3,\"ok\":false}"));
        check(
                "free",
                name("r1", ",\"tokens\":8,\"version\":0"),
                200,
                ok("{\"remaining_tokens\":3,\"current_version\":3,\"ok\":false}"));
        check(
                "free",
                name("r1", ",\"tokens\":1,\"version\":3"),
                200,
                ok("{\"remaining_tokens\":4,\"current_version\":4,\"ok\":true}"));
        check("alloc", name("none", ",\"tokens\":1,\"version\":0"), 200, "\"status\":1002");
        check("free", name("none", ",\"tokens\":1,\"version\":0"), 200, "\"status\":1002");
        HttpResponse<String> batch = post(
                "batch",
                "[" + name("r1", ",\"op\":\"view\"") + "," + name("r1", ",\"op\":\"allow\",\"tokens\":1") + "]");
        assertThat(batch.body())
                .isEqualTo("[" + ok("{\"allocated\":6,\"capacity\":10,\"version\":4}") + ","
                        + ok("{\"wait_time\":0,\"ok\":true}") + "]");
    }

    private void badBodies() throws IOException, InterruptedException {
        for (String call : List.of("allow", "alloc", "free")) {
            for (String tokens : List.of("-1", "0", "1.5", "\"1\"", "99999999999999999999", "null")) {
                check(call, name("r1", ",\"tokens\":" + tokens), 400, "\"status\":1004");
            }
        }
        for (String call : List.of("allow", "view", "alloc", "free", "batch", "all")) {
            for (String body : List.of("", "{", "[]", "nonsense", name("r1", ",\"x\":1"), name("r1", "") + "x")) {
                check(call, body, 400, "\"status\":1004");
            }
        }
        for (int i = 0; i < 2; i++) {
            assertThat(nodes.get(PROXY + i).send("GET", "/ping", "").body()).isEqualTo(ok("{\"msg\":\"pong\"}"));
            assertThat(nodes.get(PROXY + i).send("GET", "/ready", "").statusCode())
                    .isEqualTo(200);
            assertThat(nodes.get(PROXY + i).send("GET", "/healthz", "").statusCode())
                    .isEqualTo(200);
        }
    }
}
