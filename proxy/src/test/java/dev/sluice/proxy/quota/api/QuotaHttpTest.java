package dev.sluice.proxy.quota.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.QuotaName;
import dev.sluice.policy.settings.AdminToken;
import dev.sluice.proxy.admin.http.BearerToken;
import dev.sluice.proxy.quota.server.QuotaServerOptions;
import dev.sluice.proxy.testing.KeptConnection;
import dev.sluice.proxy.testing.KeptConnection.ReceivedResponse;
import dev.sluice.proxy.testing.RawHttp;
import dev.sluice.proxy.testing.TestTls;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP on the quota port, as clients, libraries and attackers speak it. */
class QuotaHttpTest {
    private static final String VIEW = "{\"namespace\":\"ns1\",\"resource\":\"r1\"}";
    private static final String ALLOC = "{\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":1}";
    private static final String CHUNKED =
            "POST /api/v1/alloc HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final long SHORT_NANOS = 300_000_000L;

    private QuotaFixture fixture;

    @BeforeEach
    void start() throws IOException {
        fixture = QuotaFixture.inMemory().define("ns1", "r1", 1_000_000);
    }

    @AfterEach
    void stop() throws IOException {
        fixture.close();
    }

    private void restart(QuotaServerOptions options) throws IOException {
        fixture.close();
        fixture = QuotaFixture.inMemory(options, authorization -> true, Optional.empty())
                .define("ns1", "r1", 1_000_000);
    }

    private String raw(String request) throws IOException {
        return RawHttp.exchange(fixture.server.address(), request);
    }

    // ---- framing ----

    @Test
    void requestsCutAtEveryByte_haveTheSameAnswers() throws Exception {
        byte[] requests = (KeptConnection.request("POST", "/api/v1/alloc", "", ALLOC)
                        + CHUNKED + "3\r\n" + ALLOC.substring(0, 3) + "\r\n"
                        + Integer.toHexString(ALLOC.length() - 3) + ";x=y\r\n" + ALLOC.substring(3)
                        + "\r\n0\r\nX-Trailer: 1\r\n\r\n"
                        + "\r\nGET /ping HTTP/1.1\r\nHost: t\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        try (KeptConnection connection = fixture.connect()) {
            connection.socket().setTcpNoDelay(true);
            for (int cut = 1; cut < requests.length; cut++) {
                connection.send(java.util.Arrays.copyOf(requests, cut));
                Thread.yield();
                connection.send(java.util.Arrays.copyOfRange(requests, cut, requests.length));

                assertThat(connection.receive().body()).contains("\"ok\":true");
                assertThat(connection.receive().body()).contains("\"ok\":true");
                assertThat(connection.receive().body()).contains("pong");
            }
        }
    }

    @Test
    void requestThatComesByteAfterByte_isServed() throws IOException {
        try (KeptConnection connection = fixture.connect()) {
            connection.socket().setTcpNoDelay(true);
            for (byte octet :
                    KeptConnection.request("POST", "/api/v1/view", "", VIEW).getBytes(StandardCharsets.US_ASCII)) {
                connection.send(new byte[] {octet});
            }

            assertThat(connection.receive().status()).isEqualTo(200);
        }
    }

    @Test
    void pipelinedRequests_areAnsweredInTheirOrder() throws IOException {
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            requests.append(KeptConnection.request("POST", "/api/v1/alloc", "", ALLOC))
                    .append("GET /ping HTTP/1.1\r\nHost: t\r\n\r\n");
        }
        try (KeptConnection connection = fixture.connect()) {
            connection.send(requests.toString());

            for (int i = 0; i < 500; i++) {
                assertThat(connection.receive().body()).contains("\"current_version\":" + (i + 2) + ",");
                assertThat(connection.receive().body()).contains("pong");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /api/v1/alloc HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
                "POST /api/v1/alloc HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
                "POST /api/v1/alloc HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
                "POST /api/v1/alloc HTTP/1.1\r\nHost: t\r\nTransfer_Encoding: chunked\r\n\r\n",
                "POST /api/v1/alloc HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
                "POST /api/v1/alloc HTTP/1.1\r\nHost: t\r\nContent-Length: +5\r\n\r\n",
                "POST /api/v1/alloc HTTP/1.1\r\nHost: t\r\nContent-Length : 5\r\n\r\n",
                "POST /api/v1/alloc HTTP/1.1\r\nHost: t\r\n folded: 1\r\n\r\n",
                "POST /api/v1/alloc HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
                "POST /api/v1/alloc HTTP/1.1\nHost: t\n\n",
                "POST http://t/api/v1/alloc HTTP/1.1\r\nHost: t\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "GET /ping HTTP/3.0\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000",
                "hello\r\n\r\n"
            })
    void malformedHead_isBadRequestAsJson_andTheEndOfTheConnection(String head) throws IOException {
        String answer = raw(head + "GET /ping HTTP/1.1\r\nHost: t\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 400 Bad Request\r\n").contains("Connection: close\r\n");
        assertThat(RawHttp.bodyOf(answer))
                .startsWith("{\"status\":1004,\"msg\":\"malformed HTTP: ")
                .endsWith("}");
        assertThat(fixture.counters.malformed.sum()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x\r\n", "5\r\nabcdeX", "-1\r\n", "1;\u0001\r\n", "0\r\nContent-Length: 3\r\n\r\n"})
    void malformedChunks_areBadRequestAsJson_andTheEndOfTheConnection(String chunks) throws IOException {
        String answer = raw(CHUNKED + chunks + "GET /ping HTTP/1.1\r\nHost: t\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 400 Bad Request\r\n").contains("Connection: close\r\n");
        assertThat(answer.split("HTTP/1.1 ")).hasSize(2);
        assertThat(RawHttp.bodyOf(answer)).contains("chunked-body");
    }

    @Test
    void headThatIsTooLarge_is431() throws IOException {
        assertThat(raw("GET /ping HTTP/1.1\r\nHost: t\r\nX: " + "x".repeat(20_000)))
                .startsWith("HTTP/1.1 431 ");
        assertThat(raw("GET /ping HTTP/1.1\r\nHost: t\r\n" + "X: 1\r\n".repeat(200) + "\r\n"))
                .startsWith("HTTP/1.1 431 ");
    }

    @Test
    void connect_isNotAllowed() throws IOException {
        assertThat(raw("CONNECT t:1 HTTP/1.1\r\nHost: t\r\n\r\n"))
                .startsWith("HTTP/1.1 405 ")
                .contains("Allow: ");
    }

    // ---- refusals that keep the connection ----

    @Test
    void refusals_areJson_andKeepTheConnection_behindTheirBodies() throws IOException {
        String body = "x".repeat(70_000);
        try (KeptConnection connection = fixture.connect()) {
            ReceivedResponse unknown = connection.exchange("POST", "/api/v1/none", "", body);
            ReceivedResponse method = connection.exchange("PUT", "/api/v1/alloc", "", ALLOC);
            ReceivedResponse large = connection.exchange("POST", "/api/v1/alloc", "", body);
            ReceivedResponse compressed =
                    connection.exchange("POST", "/api/v1/alloc", "Content-Encoding: gzip\r\n", ALLOC);
            ReceivedResponse twoKeys =
                    connection.exchange("POST", "/api/v1/alloc", "Idempotency-Key: a\r\nIdempotency-Key: a\r\n", ALLOC);
            ReceivedResponse emptyKey = connection.exchange("POST", "/api/v1/alloc", "Idempotency-Key:\r\n", ALLOC);
            ReceivedResponse noLength = connection
                    .send("POST /api/v1/alloc HTTP/1.1\r\nHost: t\r\n\r\n")
                    .receive();
            ReceivedResponse query = connection.exchange("POST", "/api/v1/view?a=%zz", "", VIEW);

            assertThat(List.of(unknown, method, large, compressed, twoKeys, emptyKey, noLength, query))
                    .extracting(ReceivedResponse::status)
                    .containsExactly(404, 405, 413, 415, 400, 400, 411, 400);
            assertThat(List.of(unknown, method, large, compressed, twoKeys, emptyKey, noLength, query))
                    .allSatisfy(response -> assertThat(response.body())
                            .startsWith("{\"status\":1004,\"msg\":\"")
                            .endsWith("\"result\":{}}"));
            assertThat(method.header("allow")).hasValue("POST");
            assertThat(connection.post("/api/v1/view", VIEW).body()).contains("\"version\":1");
        }
    }

    @Test
    void chunkedBodyThatIsTooLarge_is413_andKeepsTheConnection() throws IOException {
        String chunk = "1000\r\n" + "x".repeat(4096) + "\r\n";
        try (KeptConnection connection = fixture.connect()) {
            connection.send(CHUNKED + chunk.repeat(20) + "0\r\n\r\n");

            assertThat(connection.receive().status()).isEqualTo(413);
            assertThat(connection.get("/ping").status()).isEqualTo(200);
        }
    }

    @Test
    void bodyThatIsMuchTooLarge_is413_andTheEndOfTheConnection() throws IOException {
        try (KeptConnection connection = fixture.connect()) {
            connection.send("POST /api/v1/alloc HTTP/1.1\r\nHost: t\r\nContent-Length: 999999999999\r\n\r\n");

            ReceivedResponse response = connection.receive();

            assertThat(response.status()).isEqualTo(413);
            assertThat(response.header("connection")).hasValue("close");
            assertThat(connection.isClosed()).isTrue();
        }
    }

    @Test
    void expectation_isMet_whereTheBodyIsWanted() throws IOException {
        String head = "POST /api/v1/%s HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: " + ALLOC.length()
                + "\r\n\r\n";
        try (KeptConnection connection = fixture.connect()) {
            connection.send(head.formatted("alloc"));
            assertThat(connection.receive().status()).isEqualTo(100);
            assertThat(connection.send(ALLOC).receive().status()).isEqualTo(200);

            ReceivedResponse refused = connection.send(head.formatted("none")).receive();

            assertThat(refused.status()).isEqualTo(404);
            assertThat(connection.isClosed()).isTrue();
        }
    }

    @Test
    void http10_isServed_andKeptOnlyIfItIsAskedFor() throws IOException {
        String kept = "GET /ping HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
        try (KeptConnection connection = fixture.connect()) {
            assertThat(connection.send(kept).receive().header("connection")).hasValue("keep-alive");
            assertThat(connection.send("GET /ping HTTP/1.0\r\n\r\n").receive().header("connection"))
                    .hasValue("close");
            assertThat(connection.isClosed()).isTrue();
        }
    }

    @Test
    void head_hasTheHeadersOfGet_andNoBody() throws IOException {
        try (KeptConnection connection = fixture.connect()) {
            ReceivedResponse head =
                    connection.send("HEAD /ping HTTP/1.1\r\nHost: t\r\n\r\n").receiveHead();

            assertThat(head.header("content-length")).hasValue("50");
            assertThat(connection.get("/ping").body()).hasSize(50);
        }
    }

    @Test
    void clientThatShutsDownItsOutput_getsItsAnswer() throws IOException {
        try (KeptConnection connection = fixture.connect()) {
            connection.send(KeptConnection.request("POST", "/api/v1/alloc", "", ALLOC));
            connection.socket().shutdownOutput();

            assertThat(connection.receive().body()).contains("\"ok\":true");
            assertThat(connection.isClosed()).isTrue();
        }
    }

    // ---- tokens and TLS ----

    @Test
    void callOfAWebPage_isRefused_whereNoTokenIsNeeded() throws IOException {
        fixture.close();
        fixture = QuotaFixture.inMemory(QuotaFixture.options(), new BearerToken(Optional.empty()), Optional.empty());
        fixture.define("ns1", "r1", 10);
        try (KeptConnection connection = fixture.connect()) {
            ReceivedResponse ofPage = connection.exchange(
                    "POST", "/api/v1/alloc", "Origin: http://localhost:6789\r\nContent-Type: text/plain\r\n", ALLOC);
            ReceivedResponse ofSandbox = connection.exchange("POST", "/api/v1/alloc", "ORIGIN: null\r\n", ALLOC);

            assertThat(ofPage.status()).isEqualTo(403);
            assertThat(ofPage.body()).startsWith("{\"status\":1004,");
            assertThat(ofSandbox.status()).isEqualTo(403);
            assertThat(connection.post("/api/v1/alloc", ALLOC).body()).contains("\"current_version\":2");
        }
    }

    @Test
    void callByTheNameOfASite_isRefused_whereNoTokenIsNeeded() throws IOException {
        fixture.close();
        fixture = QuotaFixture.inMemory(QuotaFixture.options(), new BearerToken(Optional.empty()), Optional.empty());
        fixture.define("ns1", "r1", 10);
        for (String host : List.of("evil.example:6789", "evil.example.")) {
            assertThat(raw(call(host))).as(host).startsWith("HTTP/1.1 421 ").contains("quota.token-file");
        }
        for (String host : List.of("localhost:6789", "127.0.0.1", "[::1]:6789", "rgw1:6789", "a.localhost")) {
            assertThat(raw(call(host))).as(host).startsWith("HTTP/1.1 200 ");
        }
    }

    private static String call(String host) {
        return "POST /api/v1/alloc HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\nContent-Length: "
                + ALLOC.length() + "\r\n\r\n" + ALLOC;
    }

    @Test
    void token_isNeeded_forAllButProbes() throws IOException {
        fixture.close();
        String token = "a token that is long enough".replace(' ', '-');
        fixture = QuotaFixture.inMemory(
                QuotaFixture.options(), new BearerToken(Optional.of(new AdminToken(token))), Optional.empty());
        fixture.define("ns1", "r1", 10);
        try (KeptConnection connection = fixture.connect()) {
            ReceivedResponse without = connection.post("/api/v1/alloc", ALLOC);
            ReceivedResponse wrong =
                    connection.exchange("POST", "/api/v1/alloc", "Authorization: Bearer " + token + "x\r\n", ALLOC);
            ReceivedResponse right =
                    connection.exchange("POST", "/api/v1/alloc", "Authorization: Bearer " + token + "\r\n", ALLOC);

            assertThat(without.status()).isEqualTo(401);
            assertThat(without.body()).startsWith("{\"status\":1004,").doesNotContain(token);
            assertThat(without.header("www-authenticate")).hasValue("Bearer");
            assertThat(wrong.status()).isEqualTo(401);
            assertThat(right.status()).isEqualTo(200);
            assertThat(connection.get("/ping").status()).isEqualTo(200);
            assertThat(connection.get("/metrics").status()).isEqualTo(401);
            assertThat(connection.get("/memberlist").status()).isEqualTo(401);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void tls_servesTheSame(String protocol) throws IOException {
        fixture.close();
        fixture = QuotaFixture.inMemory(
                QuotaFixture.options(), authorization -> true, Optional.of(TestTls.downstream(SslProvider.JDK)));
        fixture.define("ns1", "r1", 10);
        try (KeptConnection connection = new KeptConnection(TestTls.connect(fixture.server.address(), protocol))) {
            assertThat(connection.post("/api/v1/alloc", ALLOC).body()).contains("\"ok\":true");
            assertThat(connection.post("/api/v1/alloc", "{").status()).isEqualTo(400);
            assertThat(connection
                            .send("GET /ping HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n")
                            .receive()
                            .status())
                    .isEqualTo(200);
            assertThat(connection.isClosed()).isTrue();
        }
        assertThat(fixture.counters.handshakes.sum()).isEqualTo(1);
    }

    // ---- slow and many clients ----

    @Test
    void slowHeadAndSlowBody_are408_andSilentClientsAreClosed() throws IOException {
        restart(QuotaFixture.options().timedOut(SHORT_NANOS, SHORT_NANOS, SHORT_NANOS));

        assertThat(raw("GET /pi")).startsWith("HTTP/1.1 408 ").contains("{\"status\":1004,");
        assertThat(raw("POST /api/v1/alloc HTTP/1.1\r\nHost: t\r\nContent-Length: 9\r\n\r\n{"))
                .startsWith("HTTP/1.1 408 ")
                .contains("{\"status\":1004,");
        assertThat(raw("")).isEmpty();
        Awaitility.await().until(() -> fixture.counters.clientConnections.sum() == 0);
    }

    @Test
    void clientThatReadsNothing_isNotServedAhead_andIsClosed() throws IOException {
        restart(QuotaFixture.options().timedOut(SHORT_NANOS, 1_000_000_000L, SHORT_NANOS));
        try (KeptConnection connection = fixture.connect()) {
            // far more than the kernel's buffers and the watermarks hold
            connection.send("GET /api/v1/openapi.json HTTP/1.1\r\nHost: t\r\n\r\n".repeat(1_000));
            connection.send(KeptConnection.request("POST", "/api/v1/alloc", "", ALLOC));

            Awaitility.await().until(() -> fixture.counters.clientConnections.sum() == 0);
            assertThat(fixture.store
                            .view(new QuotaName("ns1", "r1"))
                            .orElseThrow()
                            .version())
                    .isEqualTo(1);
        }
    }

    @Test
    void clientsBeyondTheBound_get503_andIdleOnesMakeRoom() throws Exception {
        restart(QuotaFixture.options().bounded(2, 1024).onLoops(1));
        List<KeptConnection> held = new ArrayList<>();
        try {
            for (int i = 0; i < 2; i++) {
                KeptConnection connection = fixture.connect();
                held.add(connection);
                assertThat(connection.get("/ping").status()).isEqualTo(200);
            }
            try (KeptConnection third = fixture.connect()) {
                ReceivedResponse refused = third.get("/ping");
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.body()).startsWith("{\"status\":1005,");
                assertThat(refused.header("retry-after")).hasValue("1");
                assertThat(third.isClosed()).isTrue();
            }
            Awaitility.await().pollInterval(100, TimeUnit.MILLISECONDS).until(() -> {
                try (KeptConnection later = fixture.connect()) {
                    return later.get("/ping").status() == 200;
                }
            });
        } finally {
            for (KeptConnection connection : held) {
                connection.close();
            }
        }
    }

    @Test
    void drain_letsRequestsEnd_andClosesIdleClients() throws Exception {
        try (KeptConnection idle = fixture.connect();
                KeptConnection busy = fixture.connect()) {
            assertThat(idle.get("/ping").status()).isEqualTo(200);
            String request = KeptConnection.request("POST", "/api/v1/alloc", "", ALLOC);
            busy.send(request.substring(0, request.length() - 5));
            Awaitility.await().until(() -> fixture.counters.clientConnections.sum() == 2);

            var drained = java.util.concurrent.CompletableFuture.supplyAsync(() -> {
                try {
                    return fixture.server.drain(60_000);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(idle.isClosed()).isTrue();
            ReceivedResponse last =
                    busy.send(request.substring(request.length() - 5)).receive();

            assertThat(last.status()).isEqualTo(200);
            assertThat(drained.get(60, TimeUnit.SECONDS)).isTrue();
        }
    }
}
