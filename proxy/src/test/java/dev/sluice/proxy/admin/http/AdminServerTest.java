package dev.sluice.proxy.admin.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.proxy.admin.api.AdminApi;
import dev.sluice.proxy.admin.api.FakeViews;
import dev.sluice.proxy.admin.metrics.SluiceMetrics;
import dev.sluice.proxy.loop.ProxyCounters;
import dev.sluice.proxy.loop.Transport;
import dev.sluice.proxy.testing.RawHttp;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminServerTest {
    private final FakeViews views = new FakeViews();
    private AdminServer server;

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    @BeforeEach
    void start() throws IOException {
        AdminRouter router =
                new AdminRouter(AdminApi.routes(views), authorization -> !authorization.startsWith("Bearer wrong"));
        server = AdminServer.start(anyPort(), router, Transport.best());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String request(String method, String target, String headers) throws IOException {
        return RawHttp.request(server.address(), method, target, headers);
    }

    private void assertServes() throws IOException {
        assertThat(request("GET", "/ping", ""))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .endsWith("}");
    }

    @Test
    void response_has_a_length_a_type_and_is_not_cached() throws Exception {
        String response = request("GET", "/ping?x=y", "");
        String body = RawHttp.bodyOf(response);

        assertThat(response)
                .startsWith("HTTP/1.1 200 OK\r\n")
                .containsIgnoringCase("\r\ncontent-type: application/json\r\n")
                .containsIgnoringCase("\r\ncontent-length: " + body.length() + "\r\n")
                .containsIgnoringCase("\r\nx-content-type-options: nosniff\r\n")
                .containsIgnoringCase("\r\ncache-control: no-store\r\n")
                .containsIgnoringCase("\r\nconnection: close\r\n");
        assertThat(body).contains("\"status\":1001").contains("\"msg\":\"ok\"").contains("\"result\":\"pong\"");
    }

    @Test
    void statuses_of_the_api_are_those_of_the_responses() throws Exception {
        views.ready = false;
        views.healthy = false;

        assertThat(request("GET", "/ready", "")).startsWith("HTTP/1.1 500 ").contains("\"status\":0");
        assertThat(request("GET", "/healthz", "")).startsWith("HTTP/1.1 500 ").contains("\"status\":0");
        assertThat(request("GET", "/nothing", "")).startsWith("HTTP/1.1 404 ");
        assertThat(request("DELETE", "/ping", "")).startsWith("HTTP/1.1 405 ");
        assertThat(request("GET", "/metrics", "Authorization: Bearer wrong\r\n"))
                .startsWith("HTTP/1.1 401 ");
        assertThat(request("GET", "/metrics", "Authorization: Bearer right\r\n"))
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void head_has_the_headers_and_no_body() throws Exception {
        String response = request("HEAD", "/ping", "");

        assertThat(response)
                .startsWith("HTTP/1.1 200 OK\r\n")
                .containsPattern("(?i)content-length: [1-9]")
                .endsWith("\r\n\r\n");
    }

    @Test
    void several_requests_share_a_connection() throws Exception {
        String all = RawHttp.exchange(
                server.address(),
                "GET /ping HTTP/1.1\r\nHost: x\r\n\r\nHEAD /ping HTTP/1.1\r\nHost: x\r\n\r\n"
                        + "GET /none HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(all).containsSubsequence("200 OK", "pong", "200 OK", "404 Not Found");
    }

    @Test
    void view_that_fails_is_a_500_and_the_server_goes_on() throws Exception {
        views.failing = true;

        assertThat(request("GET", "/metrics", ""))
                .startsWith("HTTP/1.1 500 ")
                .contains("internal error")
                .doesNotContain("as a test wants it");
        views.failing = false;
        assertThat(request("GET", "/metrics", "")).startsWith("HTTP/1.1 200 OK\r\n");
    }

    /** A body that can't be written as JSON. */
    public record FailingBody(String value) {
        @Override
        public String value() {
            throw new IllegalStateException("as a test wants it");
        }
    }

    @Test
    void response_that_cannot_be_written_is_a_500() throws Exception {
        AdminRoute route =
                AdminRoute.get("/failing", RouteAccess.PUBLIC, request -> JsonResponse.ok(new FailingBody("x")));
        try (AdminServer failing = AdminServer.start(
                anyPort(), new AdminRouter(List.of(route), authorization -> true), Transport.best())) {
            assertThat(RawHttp.request(failing.address(), "GET", "/failing", ""))
                    .startsWith("HTTP/1.1 500 ")
                    .contains("internal error")
                    .doesNotContain("as a test wants it");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Connection: close\r\n", "Expect: 100-continue\r\n"})
    void oversized_body_is_refused_and_its_connection_closed(String headers) throws Exception {
        String response = RawHttp.exchange(
                server.address(), "POST /ping HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n" + headers + "\r\n");

        assertThat(response).startsWith("HTTP/1.1 413 ");
        assertServes();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense\r\n\r\n",
                "GET /ping HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                "GET /ping HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                "POST /ping HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            })
    void unreadable_request_is_a_400_and_the_end_of_its_connection(String request) throws Exception {
        assertThat(RawHttp.exchange(server.address(), request))
                .startsWith("HTTP/1.1 400 ")
                .containsIgnoringCase("connection: close");
        assertServes();
    }

    @Test
    void head_that_is_too_long_is_a_400() throws Exception {
        String response =
                RawHttp.exchange(server.address(), "GET /ping HTTP/1.1\r\nX: " + "x".repeat(9_000) + "\r\n\r\n");

        assertThat(response).startsWith("HTTP/1.1 400 ");
        assertServes();
    }

    @Test
    void garbage_does_no_harm() throws Exception {
        Random random = new Random(5);
        for (int i = 0; i < 50; i++) {
            byte[] garbage = new byte[1 + random.nextInt(2_000)];
            random.nextBytes(garbage);
            try (var socket = new java.net.Socket(
                    server.address().getAddress(), server.address().getPort())) {
                socket.getOutputStream().write(garbage);
            }
        }

        assertServes();
    }

    @Test
    void many_clients_at_once_are_served() throws Exception {
        views.metrics = "x".repeat(500_000);
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            var responses = new java.util.ArrayList<Future<String>>();
            for (int i = 0; i < 64; i++) {
                responses.add(threads.submit(() -> RawHttp.get(server.address(), "/metrics")));
            }
            for (Future<String> response : responses) {
                assertThat(response.get()).hasSize(500_000);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void address_in_use_is_a_clear_error() {
        assertThatThrownBy(() -> AdminServer.start(
                        server.address(),
                        new AdminRouter(AdminApi.routes(views), authorization -> true),
                        Transport.best()))
                .isInstanceOf(BindException.class)
                .hasMessageContaining("can't listen on")
                .hasMessageContaining(Integer.toString(server.address().getPort()));
    }

    @Test
    void probe_is_served_however_many_connections_are_idle() throws Exception {
        List<Socket> open = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                Socket socket = new Socket(
                        server.address().getAddress(), server.address().getPort());
                open.add(socket);
                if (i % 3 == 0) {
                    socket.getOutputStream().write("GET /pi".getBytes(StandardCharsets.US_ASCII));
                }
                if (i % 100 == 99) {
                    assertServes();
                }
            }
            open.get(0).setSoTimeout(60_000);
            assertThat(closedBy(open.get(0)))
                    .as("the one that was idle for longest makes room")
                    .isTrue();
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    private static boolean closedBy(Socket socket) {
        try {
            return socket.getInputStream().read() == -1;
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void probe_is_served_while_another_response_takes_long() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        views.beforeMetrics = release;
        try (Socket scraper =
                new Socket(server.address().getAddress(), server.address().getPort())) {
            scraper.getOutputStream()
                    .write("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            await().until(() -> views.scrapes.get() == 1);

            assertServes();

            release.countDown();
            assertThat(scraper.getInputStream().read()).isEqualTo('H');
        }
    }

    @Test
    void connection_whose_request_never_ends_is_closed() throws Exception {
        try (Socket socket =
                new Socket(server.address().getAddress(), server.address().getPort())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write("GET /ping HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));

            assertThat(closedBy(socket)).isTrue();
        }
    }

    @Test
    void client_that_sends_requests_and_reads_nothing_is_closed() throws Exception {
        views.metrics = "sluice_up 1\n".repeat(1_000);
        byte[] asks = "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n".repeat(1_000).getBytes(StandardCharsets.US_ASCII);
        try (Socket socket = new Socket()) {
            // The kernel is not to take much off the server's hands.
            socket.setReceiveBufferSize(4096);
            socket.connect(server.address());
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 10_000; i++) {
                            socket.getOutputStream().write(asks);
                        }
                    })
                    .isInstanceOf(IOException.class);
        }

        assertServes();
    }

    @Test
    void closed_server_listens_no_more() {
        server.close();

        assertThatThrownBy(() -> RawHttp.get(server.address(), "/ping")).isInstanceOf(ConnectException.class);
    }

    @Test
    void metrics_have_the_names_that_the_dashboard_uses() {
        ProxyCounters counters = new ProxyCounters();
        counters.completed.add(7);
        counters.rejected.add(3);
        try (SluiceMetrics metrics = new SluiceMetrics()) {
            metrics.bind(counters);
            metrics.bind(new Admission(new SubjectIds("test"), 10, 0, Policy.UNLIMITED), () -> 0);

            String text = metrics.scrape();

            assertThat(text)
                    .contains("sluice_requests_total{outcome=\"admitted\"} 7.0")
                    .contains("sluice_requests_total{outcome=\"rejected\"} 3.0")
                    .contains("sluice_requests_total{outcome=\"upstream-failed\"} 0.0")
                    .contains("sluice_rejected_total{dimension=\"read-ops\",scope=\"user\"} 0.0")
                    .contains("sluice_bytes_total{direction=\"download\"}")
                    .contains("sluice_exchanges 0.0")
                    .contains("jvm_memory_used_bytes");
        }
    }
}
