package dev.sluice.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.testing.ProxyFixture;
import dev.sluice.proxy.testing.ProxyFixture.Client;
import dev.sluice.proxy.testing.ProxyFixture.ClientResponse;
import dev.sluice.proxy.testing.RecordingUpstream;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client reads when a limit, or its own HTTP syntax, keeps its request from RGW. */
class RefusalTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String GET = "GET /b/k HTTP/1.1\r\nHost: s3\r\n\r\n";

    private static RecordingUpstream answering(String answer) throws IOException {
        return new RecordingUpstream(connection -> connection.answerAll(answer));
    }

    @Test
    void refused_request_reads_slow_down_and_keeps_its_connection() throws Exception {
        try (RecordingUpstream upstream = answering(OK);
                ProxyFixture proxy = new ProxyFixture(upstream.address());
                Client client = proxy.client()) {
            ClientResponse answer = client.send("GET /refuse/<k>?X-Amz-Signature=secret HTTP/1.1\r\nHost: s3\r\n\r\n")
                    .read();

            assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 503 Slow Down");
            assertThat(answer.head()).containsIgnoringCase("content-type: application/xml");
            assertThat(answer.head()).containsPattern("(?i)x-amz-request-id: \\w+");
            assertThat(answer.head()).containsPattern("(?i)retry-after: 1\r\n");
            assertThat(answer.head()).containsPattern("(?i)x-amz-retry-after: 700\r\n");
            assertThat(answer.head()).containsIgnoringCase("x-sluice-limit: user read-ops 200/s");
            assertThat(answer.body())
                    .startsWith("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>SlowDown</Code>")
                    .contains("<Message>Please reduce your request rate.</Message><BucketName>b</BucketName>")
                    .contains("<Resource>/refuse/&lt;k&gt;</Resource>")
                    .doesNotContain("secret");
            assertThat(client.send(GET).read().body()).isEqualTo("ok");
            assertThat(upstream.heads).hasSize(1);
        }
    }

    @Test
    void refused_head_has_the_headers_and_no_body() throws Exception {
        try (RecordingUpstream upstream = answering(OK);
                ProxyFixture proxy = new ProxyFixture(upstream.address());
                Client client = proxy.client()) {
            String head =
                    client.send("HEAD /refuse HTTP/1.1\r\nHost: s3\r\n\r\n").readHead();

            assertThat(head).startsWith("HTTP/1.1 503 Slow Down\r\n").containsPattern("(?i)content-length: [1-9]");
            assertThat(client.send(GET).read().statusLine()).isEqualTo("HTTP/1.1 200 OK");
        }
    }

    @Test
    void refused_small_upload_is_read_to_its_end_and_the_connection_kept() throws Exception {
        try (RecordingUpstream upstream = answering(OK);
                ProxyFixture proxy = new ProxyFixture(upstream.address());
                Client client = proxy.client()) {
            client.send("PUT /refuse HTTP/1.1\r\nHost: s3\r\nContent-Length: 1000\r\n\r\n");
            ClientResponse answer = client.read();
            client.send(new byte[1000]);

            assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 503 Slow Down");
            assertThat(client.send(GET).read().body()).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 8388608", "Transfer-Encoding: chunked"})
    void client_in_the_middle_of_a_refused_upload_reads_the_answer(String framing) throws Exception {
        try (RecordingUpstream upstream = answering(OK);
                ProxyFixture proxy = new ProxyFixture(upstream.address())) {
            for (int i = 0; i < 20; i++) {
                try (Client client = proxy.client()) {
                    client.send("PUT /refuse HTTP/1.1\r\nHost: s3\r\n" + framing + "\r\n\r\n");
                    if (framing.startsWith("T")) {
                        client.send("800000\r\n");
                    }
                    byte[] part = new byte[64 * 1024];
                    for (int sent = 0; sent < 8 * 1024 * 1024; sent += part.length) {
                        client.send(part);
                    }

                    ClientResponse answer = client.read();

                    assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 503 Slow Down");
                    assertThat(answer.head()).containsIgnoringCase("connection: close");
                    assertThat(answer.body()).contains("SlowDown");
                }
            }
        }
    }

    @Test
    void refused_expect_gets_no_100() throws Exception {
        try (RecordingUpstream upstream = answering(OK);
                ProxyFixture proxy = new ProxyFixture(upstream.address());
                Client client = proxy.client()) {
            ClientResponse answer = client.send("PUT /refuse HTTP/1.1\r\nHost: s3\r\nContent-Length: 10\r\n"
                            + "Expect: 100-continue\r\n\r\n")
                    .read();

            assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 503 Slow Down");
            assertThat(answer.head()).containsIgnoringCase("connection: close");
            assertThat(client.readAll()).isEmpty();
        }
    }

    @Test
    void thousands_of_pipelined_refusals_in_one_read_are_answered() throws Exception {
        try (RecordingUpstream upstream = answering(OK);
                ProxyFixture proxy = new ProxyFixture(upstream.address());
                Client client = proxy.client()) {
            int n = 10_000;
            Thread sender = new Thread(() -> {
                try {
                    client.send("GET /refuse HTTP/1.1\r\nHost: s3\r\n\r\n".repeat(n));
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            sender.start();
            for (int i = 0; i < n; i++) {
                assertThat(client.read().statusLine()).isEqualTo("HTTP/1.1 503 Slow Down");
            }
            sender.join();
        }
    }

    @Test
    void head_that_comes_too_slowly_is_refused() throws Exception {
        try (RecordingUpstream upstream = answering(OK);
                ProxyFixture proxy =
                        new ProxyFixture(upstream.address(), options -> ProxyFixture.withTimeouts(options, 60_000, 1));
                Client client = proxy.client()) {
            client.send("GET /b/k HTTP/1.1\r\nHost:");

            assertThat(client.read().body()).contains("RequestTimeout");
            assertThat(client.readAll()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CONNECT host:1 HTTP/1.1\r\n\r\n",
                "GET http://other/b/k HTTP/1.1\r\nHost: s3\r\n\r\n",
                "GET /b/k HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                "POST /b/k HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "nonsense\r\n\r\n",
            })
    void malformed_request_is_refused_and_never_reaches_the_gateway(String request) throws Exception {
        try (RecordingUpstream upstream = answering(OK);
                ProxyFixture proxy = new ProxyFixture(upstream.address());
                Client client = proxy.client()) {
            ClientResponse answer = client.send(request).read();

            assertThat(answer.statusLine()).containsPattern("HTTP/1.1 40[05]");
            assertThat(answer.head()).containsIgnoringCase("connection: close");
            assertThat(upstream.heads).isEmpty();
        }
    }

    @Test
    void head_beyond_the_bound_is_refused() throws Exception {
        try (RecordingUpstream upstream = answering(OK);
                ProxyFixture proxy = new ProxyFixture(upstream.address());
                Client client = proxy.client()) {
            client.send("GET /b/k HTTP/1.1\r\nHost: s3\r\nX-Amz-Long: " + "x".repeat(20_000) + "\r\n\r\n");

            assertThat(client.read().body()).contains("RequestHeaderSectionTooLarge");
        }
    }
}
