package dev.sluice.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.proxy.testing.ProxyFixture;
import dev.sluice.proxy.testing.ProxyFixture.Client;
import dev.sluice.proxy.testing.ProxyFixture.ClientResponse;
import dev.sluice.proxy.testing.RecordingUpstream;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyServerTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String GET = "GET /b/k HTTP/1.1\r\nHost: s3\r\n\r\n";

    private static RecordingUpstream answering(String answer) throws IOException {
        return new RecordingUpstream(connection -> connection.answerAll(answer));
    }

    @Test
    void request_and_answer_pass_and_connections_are_kept() throws Exception {
        try (RecordingUpstream upstream = answering(OK);
                ProxyFixture proxy = new ProxyFixture(upstream.address());
                Client client = proxy.client()) {
            for (int i = 0; i < 5; i++) {
                ClientResponse answer = client.send(GET).read();

                assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 200 OK");
                assertThat(answer.body()).isEqualTo("ok");
            }

            assertThat(upstream.connections()).isEqualTo(1);
            assertThat(proxy.counters.upstreamReuses.sum()).isEqualTo(4);
        }
    }

    /** A head above what a connection is given at a time, too, on a new connection and on one that is used again. */
    @ParameterizedTest
    @ValueSource(ints = {0, 16_200})
    void body_that_comes_with_its_head_reaches_the_gateway(int paddingBytes) throws Exception {
        RecordingUpstream.Script script = connection -> {
            for (int i = 0; i < 2; i++) {
                connection.readHead();
                String body = new String(connection.readBody(5), StandardCharsets.US_ASCII);
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + body);
            }
        };
        try (RecordingUpstream upstream = new RecordingUpstream(script);
                ProxyFixture proxy = new ProxyFixture(upstream.address());
                Client client = proxy.client()) {
            String put = "PUT /b/k HTTP/1.1\r\nHost: s3\r\nContent-Length: 5\r\nX-Amz-Meta-Long: "
                    + "x".repeat(paddingBytes) + "\r\n\r\nhello";

            assertThat(client.send(put).read().body()).isEqualTo("hello");
            assertThat(client.send(put).read().body()).isEqualTo("hello");
            assertThat(upstream.connections()).isEqualTo(1);
        }
    }

    @Test
    void target_and_headers_reach_the_gateway_byte_for_byte() throws Exception {
        String target = "/b/a%2Fb//c/../d+e%20f?x=%2B&y=a b&\u00e4\u00ff".replace(" ", "%20");
        String headers = "Host: s3\r\nx-AMZ-Meta-Odd:  two  spaces\r\nX-Amz-Dup: 1\r\nX-Amz-Dup: 2\r\n"
                + "x-amz-meta-latin: \u00e9\u00ff\r\n";
        try (RecordingUpstream upstream = answering(OK);
                ProxyFixture proxy = new ProxyFixture(upstream.address());
                Client client = proxy.client()) {
            client.send("GET " + target + " HTTP/1.1\r\n" + headers + "\r\n").read();

            assertThat(upstream.heads).hasSize(1);
            assertThat(upstream.heads.get(0))
                    .startsWith("GET " + target + " HTTP/1.1\r\n")
                    .contains("x-amz-meta-latin: \u00e9\u00ff\r\n", "X-Amz-Dup: 1\r\nX-Amz-Dup: 2\r\n")
                    .contains("x-AMZ-Meta-Odd:  two  spaces\r\n");
        }
    }

    @Test
    void hop_by_hop_headers_end_here_and_the_clients_address_is_set_here() throws Exception {
        try (RecordingUpstream upstream = answering(
                        "HTTP/1.1 200 OK\r\nConnection: X-Inner\r\nX-Inner: 1\r\nKeep-Alive: timeout=5\r\nContent-Length: 0\r\n\r\n");
                ProxyFixture proxy = new ProxyFixture(upstream.address());
                Client client = proxy.client()) {
            ClientResponse answer = client.send("GET /b/k HTTP/1.1\r\nHost: s3\r\nConnection: keep-alive, X-Gone, "
                            + "Authorization\r\nX-Gone: 1\r\nAuthorization: AWS a:b\r\nUpgrade: h2c\r\n"
                            + "X-Forwarded-For: 6.6.6.6\r\nX_Forwarded_For: 6.6.6.6\r\n\r\n")
                    .read();

            assertThat(upstream.heads.get(0))
                    .doesNotContain("X-Gone", "Upgrade", "6.6.6.6", "Connection")
                    .contains("Authorization: AWS a:b")
                    .contains("X-Forwarded-For: 127.0.0.1");
            assertThat(answer.head()).doesNotContain("X-Inner", "Keep-Alive");
        }
    }

    @Test
    void hundred_continue_is_passed_on_once_and_then_the_answer() throws Exception {
        RecordingUpstream.Script script = connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n");
            connection.readBody(10);
            connection.answerAll(OK);
            connection.write(OK);
        };
        try (RecordingUpstream upstream = new RecordingUpstream(script)) {
            try (ProxyFixture proxy = new ProxyFixture(upstream.address());
                    Client client = proxy.client()) {
                client.send("PUT /b/k HTTP/1.1\r\nHost: s3\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n");

                assertThat(client.readHead()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
                client.send("0123456789" + GET);
                assertThat(upstream.heads.get(0)).contains("100-continue");
            }
        }
    }

    @Test
    void answer_before_the_end_of_the_upload_is_passed_on_and_nothing_is_reused() throws Exception {
        String forbidden = "HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\n\r\nnope";
        RecordingUpstream.Script script = connection -> {
            connection.readHead();
            connection.write(connection.number == 1 ? forbidden : OK);
            connection.readHead();
        };
        try (RecordingUpstream upstream = new RecordingUpstream(script);
                ProxyFixture proxy = new ProxyFixture(upstream.address());
                Client client = proxy.client()) {
            client.send("PUT /b/k HTTP/1.1\r\nHost: s3\r\nContent-Length: 5000000\r\n\r\n");
            client.send(new byte[1000]);

            ClientResponse answer = client.read();

            assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 403 Forbidden");
            assertThat(answer.head()).containsIgnoringCase("connection: close");
            try (Client next = proxy.client()) {
                assertThat(next.send(GET).read().body()).isEqualTo("ok");
            }
            assertThat(upstream.connections()).isEqualTo(2);
        }
    }

    @Test
    void pipelined_requests_are_answered_in_order() throws Exception {
        RecordingUpstream.Script script = connection -> {
            for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" + head.charAt(8) + head.charAt(9));
            }
        };
        try (RecordingUpstream upstream = new RecordingUpstream(script);
                ProxyFixture proxy = new ProxyFixture(upstream.address());
                Client client = proxy.client()) {
            StringBuilder requests = new StringBuilder();
            for (int i = 10; i < 60; i++) {
                requests.append("GET /k/")
                        .append(i % 7 == 0 ? "refuse" : "x" + i)
                        .append(" HTTP/1.1\r\nHost: s3\r\n\r\n");
            }
            client.send(requests.toString());

            for (int i = 10; i < 60; i++) {
                ClientResponse answer = client.read();
                if (i % 7 == 0) {
                    assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 503 Slow Down");
                } else {
                    assertThat(answer.body()).isEqualTo(Integer.toString(i));
                }
            }
        }
    }

    @Test
    void get_is_sent_again_when_a_reused_connection_was_closed_and_a_put_is_not() throws Exception {
        // Each connection answers once, then takes one more request and closes without a response.
        RecordingUpstream.Script script = connection -> {
            connection.readHead();
            connection.write(OK);
            connection.readHead();
        };
        try (RecordingUpstream upstream = new RecordingUpstream(script);
                ProxyFixture proxy = new ProxyFixture(upstream.address());
                Client client = proxy.client()) {
            client.send(GET).read();

            assertThat(client.send(GET).read().statusLine()).isEqualTo("HTTP/1.1 200 OK");
            assertThat(proxy.counters.retried.sum()).isEqualTo(1);
            ClientResponse answer = client.send("PUT /b/k HTTP/1.1\r\nHost: s3\r\nContent-Length: 0\r\n\r\n")
                    .read();

            assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 502 Bad Gateway");
            assertThat(answer.body()).contains("<Error><Code>BadGateway</Code>");
            assertThat(upstream.heads).hasSize(4);
        }
    }

    @Test
    void unasked_answer_behind_an_answer_is_never_taken_for_another() throws Exception {
        String poison = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison";
        RecordingUpstream.Script script = connection -> {
            connection.readHead();
            connection.write(connection.number == 1 ? OK + poison : OK);
            connection.answerAll(OK);
        };
        try (RecordingUpstream upstream = new RecordingUpstream(script);
                ProxyFixture proxy = new ProxyFixture(upstream.address());
                Client client = proxy.client()) {
            client.send(GET + GET);

            assertThat(client.read().body()).isEqualTo("ok");
            assertThat(client.read().body()).isEqualTo("ok");
            assertThat(upstream.connections()).isEqualTo(2);
        }
    }

    @Test
    void gateway_that_is_not_there_gives_502_as_xml_and_the_next_request_is_served() throws Exception {
        InetSocketAddress nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = (InetSocketAddress) socket.getLocalSocketAddress();
        }
        try (ProxyFixture proxy = new ProxyFixture(nobody);
                Client client = proxy.client()) {
            ClientResponse answer = client.send(GET).read();

            assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 502 Bad Gateway");
            assertThat(answer.body()).contains("<Code>BadGateway</Code>");
            assertThat(proxy.counters.exchanges.sum()).isZero();
        }
    }

    @Test
    void gateway_that_does_not_answer_gives_504() throws Exception {
        try (RecordingUpstream upstream = new RecordingUpstream(connection -> {
                    connection.readHead();
                    connection.readHead();
                });
                ProxyFixture proxy =
                        new ProxyFixture(upstream.address(), options -> ProxyFixture.withTimeouts(options, 1, 60));
                Client client = proxy.client()) {
            assertThat(client.send(GET).read().statusLine()).isEqualTo("HTTP/1.1 504 Gateway Timeout");
        }
    }

    @Test
    void answer_that_breaks_off_is_seen_as_broken_off() throws Exception {
        try (RecordingUpstream upstream = new RecordingUpstream(connection -> {
                    connection.readHead();
                    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this");
                });
                ProxyFixture proxy = new ProxyFixture(upstream.address());
                Client client = proxy.client()) {
            String all = client.send(GET).readAll();

            assertThat(all).contains("Content-Length: 100").endsWith("only this");
        }
    }

    @Test
    void answer_without_a_length_ends_with_its_connection() throws Exception {
        try (RecordingUpstream upstream = new RecordingUpstream(connection -> {
                    connection.readHead();
                    connection.write("HTTP/1.1 200 OK\r\n\r\nall of it");
                });
                ProxyFixture proxy = new ProxyFixture(upstream.address());
                Client client = proxy.client()) {
            String all = client.send(GET).readAll();

            assertThat(all).containsIgnoringCase("connection: close").endsWith("\r\n\r\nall of it");
        }
    }

    @Test
    void client_that_shuts_its_side_after_the_request_still_gets_its_answer() throws Exception {
        try (RecordingUpstream upstream = answering(OK);
                ProxyFixture proxy = new ProxyFixture(upstream.address());
                Client client = proxy.client()) {
            client.send(GET + GET);
            client.shutdownOutput();

            assertThat(client.readAll()).containsSubsequence("200 OK", "ok", "200 OK", "ok");
        }
    }

    @Test
    void client_that_dies_in_the_middle_of_an_upload_ends_the_gateways_request_too() throws Exception {
        CountDownLatch sawEnd = new CountDownLatch(1);
        try (RecordingUpstream upstream = new RecordingUpstream(connection -> {
                    connection.readHead();
                    byte[] buffer = new byte[8192];
                    try {
                        while (connection.read(buffer) >= 0) {
                            // until it ends
                        }
                    } finally {
                        sawEnd.countDown();
                    }
                });
                ProxyFixture proxy = new ProxyFixture(upstream.address());
                Client client = proxy.client()) {
            client.send("PUT /b/k HTTP/1.1\r\nHost: s3\r\nContent-Length: 1000000\r\n\r\n");
            client.send(new byte[1000]);
            await().until(() -> upstream.heads.size() == 1);
            client.reset();

            sawEnd.await();
            await().until(() -> proxy.counters.clientGone.sum() == 1 && proxy.counters.exchanges.sum() == 0);
        }
    }

    @Test
    void slow_reader_holds_the_gateway_back_and_no_memory() throws Exception {
        long total = 64L << 20;
        AtomicLong written = new AtomicLong();
        byte[] part = new byte[64 * 1024];
        new Random(1).nextBytes(part);
        try (RecordingUpstream upstream = new RecordingUpstream(connection -> {
                    connection.readHead();
                    connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + total + "\r\n\r\n");
                    for (long sent = 0; sent < total; sent += part.length) {
                        connection.write(part);
                        written.addAndGet(part.length);
                    }
                    connection.readHead();
                });
                ProxyFixture proxy = new ProxyFixture(upstream.address());
                Client client = proxy.client()) {
            client.send(GET);
            client.readHead();
            ProxyFixture.awaitStandstill(written);

            // What has left the gateway and not reached the client lies in socket buffers, not in the proxy.
            assertThat(written.get()).isLessThan(total / 2);
            byte[] buffer = new byte[64 * 1024];
            long received = 0;
            while (received < total) {
                int n = client.read(buffer);
                assertThat(n).isPositive();
                received += n;
            }
            await().until(() -> proxy.counters.exchanges.sum() == 0);
        }
    }

    @Test
    void draining_lets_a_request_end_with_connection_close() throws Exception {
        CountDownLatch answerNow = new CountDownLatch(1);
        try (RecordingUpstream upstream = new RecordingUpstream(connection -> {
                    connection.readHead();
                    try {
                        answerNow.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    connection.write(OK);
                });
                ProxyFixture proxy = new ProxyFixture(upstream.address());
                Client client = proxy.client();
                Client between = proxy.client()) {
            client.send(GET);
            await().until(() -> upstream.heads.size() == 1);

            assertThat(proxy.server.drain(1)).isFalse();
            assertThat(between.readAll()).isEmpty();
            answerNow.countDown();
            assertThat(proxy.server.drain(60_000)).isTrue();

            ClientResponse answer = client.read();
            assertThat(answer.body()).isEqualTo("ok");
            assertThat(answer.head()).containsIgnoringCase("connection: close");
        }
    }

    @Test
    void address_in_use_is_a_clear_error() throws Exception {
        try (RecordingUpstream upstream = answering(OK)) {
            assertThatThrownBy(() -> new ProxyFixture(
                            upstream.address(),
                            o -> new ProxyOptions(
                                    upstream.address(), o.upstream(), 1, o.maxHeadBytes(), 1, 1, 1, 1, 1)))
                    .isInstanceOf(BindException.class)
                    .hasMessageContaining("can't listen on");
        }
    }

    @Test
    void clients_that_are_killed_at_any_point_leave_nothing_behind() throws Exception {
        try (RecordingUpstream upstream = answering(OK);
                ProxyFixture proxy = new ProxyFixture(upstream.address())) {
            String request = "PUT /b/k HTTP/1.1\r\nHost: s3\r\nContent-Length: 30\r\n\r\n" + "x".repeat(30) + GET;
            Random random = new Random(11);
            for (int i = 0; i < 300; i++) {
                Client client = proxy.client();
                try {
                    client.send(request.substring(0, random.nextInt(request.length())));
                    if (random.nextBoolean()) {
                        client.reset();
                    } else {
                        client.close();
                    }
                } catch (SocketException e) {
                    client.close();
                }
            }

            await().until(() -> proxy.counters.exchanges.sum() == 0 && proxy.counters.clientConnections.sum() == 0);
        }
    }
}
