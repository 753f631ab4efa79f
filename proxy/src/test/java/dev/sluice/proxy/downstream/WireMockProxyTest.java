package dev.sluice.proxy.downstream;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.put;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import dev.sluice.proxy.testing.ProxyFixture;
import dev.sluice.proxy.testing.ProxyFixture.Client;
import dev.sluice.proxy.testing.ProxyFixture.ClientResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The proxy before a complete HTTP server, which also remembers what reached it. */
class WireMockProxyTest {
    private static final WireMockServer GATEWAY =
            new WireMockServer(options().bindAddress("127.0.0.1").dynamicPort().gzipDisabled(true));

    private ProxyFixture proxy;

    @BeforeAll
    static void startGateway() {
        GATEWAY.start();
    }

    @AfterAll
    static void stopGateway() {
        GATEWAY.stop();
    }

    @BeforeEach
    void startProxy() throws IOException {
        InetSocketAddress gateway = new InetSocketAddress(InetAddress.getLoopbackAddress(), GATEWAY.port());
        proxy = new ProxyFixture(
                gateway,
                o -> new ProxyOptions(
                        o.listen(),
                        o.upstream(),
                        2,
                        o.maxHeadBytes(),
                        o.headTimeoutNanos(),
                        o.idleTimeoutNanos(),
                        o.connectTimeoutNanos(),
                        o.responseTimeoutNanos(),
                        o.upstreamIdleNanos()));
        GATEWAY.stubFor(get(urlPathEqualTo("/next")).willReturn(ok("next one")));
    }

    @AfterEach
    void stopProxy() {
        proxy.close();
        GATEWAY.resetAll();
    }

    private static HttpClient httpClient() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    private HttpRequest.Builder to(String target) {
        return HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + proxy.server.address().getPort() + target));
    }

    private static LoggedRequest theOnlyRequest() {
        List<LoggedRequest> all = GATEWAY.findAll(anyRequestedFor(anyUrl()));
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private static byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private void assertNextRequestIsServed() throws IOException {
        try (Client next = proxy.client()) {
            assertThat(next.send("GET /next HTTP/1.1\r\nHost: s3\r\n\r\n")
                            .read()
                            .body())
                    .isEqualTo("next one");
        }
        await().until(() -> proxy.counters.exchanges.sum() == 0);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"CONNECTION_RESET_BY_PEER", "EMPTY_RESPONSE", "RANDOM_DATA_THEN_CLOSE"})
    void gateway_that_breaks_off_without_an_answer_is_a_502_and_the_next_request_is_served(Fault fault)
            throws Exception {
        GATEWAY.stubFor(any(urlEqualTo("/b/k")).willReturn(aResponse().withFault(fault)));

        for (String method : List.of("GET", "PUT", "DELETE")) {
            try (Client client = proxy.client()) {
                String all = client.send(method + " /b/k HTTP/1.1\r\nHost: s3\r\nContent-Length: 0\r\n\r\n")
                        .readAll();

                assertThat(all).startsWith("HTTP/1.1 502 ").contains("<Error><Code>BadGateway</Code>");
            }
            assertNextRequestIsServed();
        }
        assertThat(proxy.counters.upstreamFailed.sum()).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"CONNECTION_RESET_BY_PEER", "EMPTY_RESPONSE"})
    void broken_answer_is_never_followed_by_the_answer_of_another_request(Fault fault) throws Exception {
        GATEWAY.stubFor(any(urlEqualTo("/b/k")).willReturn(aResponse().withFault(fault)));

        try (Client client = proxy.client()) {
            String all = client.send("GET /next HTTP/1.1\r\nHost: s3\r\n\r\n"
                            + "PUT /b/k HTTP/1.1\r\nHost: s3\r\nContent-Length: 0\r\n\r\n"
                            + "GET /next HTTP/1.1\r\nHost: s3\r\n\r\n")
                    .readAll();

            assertThat(all).containsSubsequence("HTTP/1.1 200 OK", "next one", "HTTP/1.1 502 ", "BadGateway");
            assertThat(all.indexOf("next one")).isEqualTo(all.lastIndexOf("next one"));
        }
        assertNextRequestIsServed();
    }

    @Test
    void answer_with_a_malformed_chunk_is_seen_as_broken() throws Exception {
        GATEWAY.stubFor(get(urlEqualTo("/b/k")).willReturn(aResponse().withFault(Fault.MALFORMED_RESPONSE_CHUNK)));

        try (Client client = proxy.client()) {
            String all = client.send("GET /b/k HTTP/1.1\r\nHost: s3\r\n\r\n").readAll();

            if (!all.startsWith("HTTP/1.1 502 ")) {
                assertThat(all).startsWith("HTTP/1.1 200 ").containsIgnoringCase("transfer-encoding: chunked");
                assertThat(all).doesNotEndWith("0\r\n\r\n");
            }
        }
        assertThat(proxy.counters.upstreamFailed.sum()).isEqualTo(1);
        assertNextRequestIsServed();
    }

    @Test
    void body_that_comes_in_dribbles_comes_whole() throws Exception {
        byte[] body = randomBytes(30_000);
        GATEWAY.stubFor(
                get(urlEqualTo("/b/slow")).willReturn(aResponse().withBody(body).withChunkedDribbleDelay(20, 1000)));

        HttpResponse<byte[]> response = httpClient().send(to("/b/slow").build(), BodyHandlers.ofByteArray());

        assertThat(response.body()).isEqualTo(body);
        assertThat(proxy.counters.bytesToClients.sum()).isEqualTo(body.length);
    }

    @Test
    void slow_answers_hold_back_nobody_else() throws Exception {
        GATEWAY.stubFor(get(urlEqualTo("/b/late")).willReturn(ok("late").withFixedDelay(1500)));

        try (Client late = proxy.client()) {
            late.send("GET /b/late HTTP/1.1\r\nHost: s3\r\n\r\n");
            await().until(() -> proxy.counters.exchanges.sum() == 1);

            for (int i = 0; i < 4; i++) {
                try (Client other = proxy.client()) {
                    assertThat(other.send("GET /next HTTP/1.1\r\nHost: s3\r\n\r\n")
                                    .read()
                                    .body())
                            .isEqualTo("next one");
                }
            }
            assertThat(late.read().body()).isEqualTo("late");
        }
    }

    @Test
    void large_bodies_pass_unchanged_in_both_directions() throws Exception {
        byte[] up = randomBytes(6 << 20);
        byte[] down = randomBytes(7 << 20);
        GATEWAY.stubFor(put(urlEqualTo("/b/large")).willReturn(aResponse().withBody(down)));

        HttpResponse<byte[]> response = httpClient()
                .send(to("/b/large").PUT(BodyPublishers.ofByteArray(up)).build(), BodyHandlers.ofByteArray());

        assertThat(response.body()).isEqualTo(down);
        LoggedRequest seen = theOnlyRequest();
        assertThat(seen.getBody()).isEqualTo(up);
        assertThat(seen.getHeader("Content-Length")).isEqualTo(Integer.toString(up.length));
        assertThat(proxy.counters.bytesFromClients.sum()).isEqualTo(up.length);
        assertThat(proxy.counters.bytesToClients.sum()).isEqualTo(down.length);
    }

    @Test
    void chunked_upload_stays_chunked() throws Exception {
        byte[] up = randomBytes(1 << 20);
        GATEWAY.stubFor(put(urlEqualTo("/b/chunked")).willReturn(ok()));

        HttpResponse<Void> response = httpClient()
                .send(
                        to("/b/chunked")
                                .PUT(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(up)))
                                .build(),
                        BodyHandlers.discarding());

        assertThat(response.statusCode()).isEqualTo(200);
        LoggedRequest seen = theOnlyRequest();
        assertThat(seen.getBody()).isEqualTo(up);
        assertThat(seen.getHeader("Transfer-Encoding")).isEqualTo("chunked");
        assertThat(seen.containsHeader("Content-Length")).isFalse();
    }

    @Test
    void answers_without_a_body_keep_the_connection_in_step() throws Exception {
        GATEWAY.stubFor(any(urlEqualTo("/b/head"))
                .willReturn(aResponse().withBody("four").withHeader("ETag", "\"e\"")));
        GATEWAY.stubFor(any(urlEqualTo("/b/none")).willReturn(aResponse().withStatus(204)));
        GATEWAY.stubFor(any(urlEqualTo("/b/same"))
                .willReturn(
                        aResponse().withStatus(304).withHeader("ETag", "\"e\"").withHeader("Content-Length", "1234")));

        try (Client client = proxy.client()) {
            for (int i = 0; i < 3; i++) {
                String head =
                        client.send("HEAD /b/head HTTP/1.1\r\nHost: s3\r\n\r\n").readHead();
                assertThat(head).startsWith("HTTP/1.1 200 OK\r\n").contains("ETag: \"e\"\r\n");
                String none = client.send("DELETE /b/none HTTP/1.1\r\nHost: s3\r\n\r\n")
                        .readHead();
                assertThat(none).startsWith("HTTP/1.1 204 ").doesNotContainIgnoringCase("content-length");
                String same = client.send("GET /b/same HTTP/1.1\r\nHost: s3\r\nIf-None-Match: \"e\"\r\n\r\n")
                        .readHead();
                assertThat(same).startsWith("HTTP/1.1 304 ").contains("ETag: \"e\"\r\n");
                ClientResponse whole =
                        client.send("GET /b/head HTTP/1.1\r\nHost: s3\r\n\r\n").read();
                assertThat(whole.body()).isEqualTo("four");
            }
        }
        assertThat(proxy.counters.upstreamFailed.sum()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void redirect_is_the_clients_to_follow(int status) throws Exception {
        String location = "http://zone2.example:7480/b/k?x=%2F&y=a+b";
        GATEWAY.stubFor(get(urlEqualTo("/b/k"))
                .willReturn(aResponse()
                        .withStatus(status)
                        .withHeader("Location", location)
                        .withBody("<moved/>")));

        HttpResponse<String> response = httpClient().send(to("/b/k").build(), BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("Location")).contains(location);
        assertThat(response.body()).isEqualTo("<moved/>");
        theOnlyRequest();
    }

    @Test
    void request_reaches_the_gateway_as_it_was_sent() throws Exception {
        GATEWAY.stubFor(any(anyUrl()).willReturn(ok()));
        String target = "/b/a%20b+c/%E2%82%AC?x=%2B&y=1%2F2&empty=&flag&x=again";

        try (Client client = proxy.client()) {
            client.send("PATCH " + target + " HTTP/1.1\r\nHost: bucket.s3.example.com:8080\r\n"
                            + "x-amz-meta-ODD_Name.1~!#$: one\r\nx-amz-meta-dup: 1\r\nX-Amz-Meta-Dup: 2\r\n"
                            + "x-amz-meta-empty:\r\nAuthorization: AWS key:c2ln\r\nContent-MD5: abc==\r\n"
                            + "Content-Length: 7\r\n\r\n<body/>")
                    .readHead();
        }

        LoggedRequest seen = theOnlyRequest();
        assertThat(seen.getMethod().value()).isEqualTo("PATCH");
        assertThat(seen.getUrl()).isEqualTo(target);
        assertThat(seen.getHeader("Host")).isEqualTo("bucket.s3.example.com:8080");
        assertThat(seen.getHeader("x-amz-meta-ODD_Name.1~!#$")).isEqualTo("one");
        assertThat(seen.header("x-amz-meta-dup").values()).containsExactly("1", "2");
        assertThat(seen.getHeader("x-amz-meta-empty")).isEmpty();
        assertThat(seen.getHeader("Authorization")).isEqualTo("AWS key:c2ln");
        assertThat(seen.getHeader("Content-MD5")).isEqualTo("abc==");
        assertThat(seen.getBodyAsString()).isEqualTo("<body/>");
    }

    @Test
    void headers_of_the_answer_reach_the_client_as_they_were_sent() throws Exception {
        GATEWAY.stubFor(get(urlEqualTo("/b/k"))
                .willReturn(aResponse()
                        .withStatus(206)
                        .withHeader("x-amz-meta-ODD_Name.1~!#$", "one  two")
                        .withHeader("x-amz-meta-multi", "a", "b")
                        .withHeader("Content-Range", "bytes 0-3/10")
                        .withBody("body")));

        try (Client client = proxy.client()) {
            ClientResponse answer =
                    client.send("GET /b/k HTTP/1.1\r\nHost: s3\r\n\r\n").read();

            assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 206 Partial Content");
            assertThat(answer.head())
                    .contains("x-amz-meta-ODD_Name.1~!#$: one  two\r\n")
                    .contains("x-amz-meta-multi: a\r\nx-amz-meta-multi: b\r\n")
                    .contains("Content-Range: bytes 0-3/10\r\n");
            assertThat(answer.body()).isEqualTo("body");
        }
    }

    @Test
    void each_of_many_concurrent_clients_gets_its_own_answers_over_kept_connections() throws Exception {
        int clients = 50;
        int requests = 20;
        GATEWAY.stubFor(any(urlPathEqualTo("/b/echo"))
                .willReturn(ok("{{request.query.n}}").withTransformers("response-template")));
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            List<Future<Integer>> results = new ArrayList<>();
            for (int c = 0; c < clients; c++) {
                int number = c;
                results.add(threads.submit(() -> talk(number, requests)));
            }
            for (Future<Integer> result : results) {
                assertThat(result.get()).isEqualTo(requests);
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(proxy.counters.forwarded.sum()).isEqualTo(clients * requests);
        assertThat(proxy.counters.upstreamConnects.sum() + proxy.counters.upstreamReuses.sum())
                .isEqualTo(clients * requests + proxy.counters.retried.sum());
        // A connection in use belongs to one client; what one leaves, the next one takes.
        assertThat(proxy.counters.upstreamConnects.sum()).isLessThanOrEqualTo(clients + proxy.counters.retried.sum());
        await().until(() -> proxy.counters.clientConnections.sum() == 0);
        assertThat(proxy.counters.exchanges.sum()).isZero();
    }

    private int talk(int client, int requests) throws IOException {
        int right = 0;
        try (Client connection = proxy.client()) {
            for (int i = 0; i < requests; i++) {
                String n = client + "-" + i;
                String body = "x".repeat(1 + client * i);
                ClientResponse answer = connection
                        .send("PUT /b/echo?n=" + n + " HTTP/1.1\r\nHost: s3\r\nContent-Length: " + body.length()
                                + "\r\n\r\n" + body)
                        .read();
                if (answer.body().equals(n)) {
                    right++;
                }
            }
        }
        return right;
    }
}
