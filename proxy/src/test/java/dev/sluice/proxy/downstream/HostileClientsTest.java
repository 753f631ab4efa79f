package dev.sluice.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.proxy.testing.ProxyFixture;
import dev.sluice.proxy.testing.ProxyFixture.Client;
import dev.sluice.proxy.testing.ProxyFixture.ClientResponse;
import dev.sluice.proxy.testing.RecordingUpstream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients and gateways that send what no honest one would, or at the worst moment. */
class HostileClientsTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String GET = "GET /b/k HTTP/1.1\r\nHost: s3\r\n\r\n";

    private static RecordingUpstream answering(String answer) throws IOException {
        return new RecordingUpstream(connection -> connection.answerAll(answer));
    }

    private static void pass(CountDownLatch latch) throws IOException {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: chunked, identity\r\n",
                "Transfer-Encoding: gzip, chunked\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: xchunked\r\n",
                "Transfer-Encoding: identity\r\n",
                "Transfer-Encoding:\r\n",
                "Host: other\r\n",
                "Authorization: AWS a:b\r\nauthorization: AWS c:d\r\n",
            })
    void head_that_the_gateway_could_read_differently_is_malformed(String headers) throws Exception {
        try (RecordingUpstream upstream = answering(OK);
                ProxyFixture proxy = new ProxyFixture(upstream.address());
                Client client = proxy.client()) {
            ClientResponse answer = client.send("POST /b/k HTTP/1.1\r\nHost: s3\r\n" + headers + "\r\n0\r\n\r\n")
                    .read();

            assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 400 Bad Request");
            assertThat(answer.head()).containsIgnoringCase("connection: close");
            assertThat(upstream.heads).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.2", "HTTP/2.0", "HTTP/0.9", "FTP/1.1"})
    void other_versions_of_http_are_refused(String version) throws Exception {
        try (RecordingUpstream upstream = answering(OK);
                ProxyFixture proxy = new ProxyFixture(upstream.address());
                Client client = proxy.client()) {
            ClientResponse answer =
                    client.send("GET /b/k " + version + "\r\nHost: s3\r\n\r\n").read();

            assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 400 Bad Request");
            assertThat(upstream.heads).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Forwarded-For", "x_forwarded_for", "X-Forwarded_For", "x_forwarded-For"})
    void clients_address_can_not_be_forged_under_any_name_that_the_gateway_folds(String name) throws Exception {
        try (RecordingUpstream upstream = answering(OK);
                ProxyFixture proxy = new ProxyFixture(upstream.address());
                Client client = proxy.client()) {
            client.send("GET /b/k HTTP/1.1\r\nHost: s3\r\n" + name + ": 6.6.6.6\r\n\r\n")
                    .read();

            assertThat(upstream.heads.get(0)).doesNotContain("6.6.6.6").contains("X-Forwarded-For: 127.0.0.1\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK\r\nX-Poison: ", "two words\r", "x"})
    void beginning_of_something_behind_an_answer_is_never_part_of_the_next_one(String beginning) throws Exception {
        RecordingUpstream.Script script = connection -> {
            connection.readHead();
            connection.write(connection.number == 1 ? OK + beginning : OK);
            connection.answerAll(OK);
        };
        try (RecordingUpstream upstream = new RecordingUpstream(script);
                ProxyFixture proxy = new ProxyFixture(upstream.address());
                Client client = proxy.client()) {
            assertThat(client.send(GET).read().body()).isEqualTo("ok");
            ClientResponse second = client.send(GET).read();

            assertThat(second.statusLine()).isEqualTo("HTTP/1.1 200 OK");
            assertThat(second.head()).doesNotContain("Poison");
            assertThat(upstream.connections()).isEqualTo(2);
        }
    }

    @Test
    void body_that_a_gateway_sends_after_a_head_request_reaches_nobody() throws Exception {
        RecordingUpstream.Script script = connection -> {
            connection.readHead();
            connection.write(OK);
            connection.answerAll(OK);
        };
        try (RecordingUpstream upstream = new RecordingUpstream(script);
                ProxyFixture proxy = new ProxyFixture(upstream.address());
                Client client = proxy.client()) {
            client.send("HEAD /b/k HTTP/1.1\r\nHost: s3\r\n\r\n").readHead();

            assertThat(client.send(GET).read().body()).isEqualTo("ok");
            assertThat(upstream.connections()).isEqualTo(2);
        }
    }

    @Test
    void something_unasked_on_an_idle_upstream_connection_closes_it() throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        RecordingUpstream.Script script = connection -> {
            connection.readHead();
            connection.write(OK);
            if (connection.number == 1) {
                pass(answered);
                connection.write("HTTP/1.1 200 OK\r\nX-Poison: ");
                connection.read(new byte[1]);
                closed.countDown();
            }
            connection.answerAll(OK);
        };
        try (RecordingUpstream upstream = new RecordingUpstream(script);
                ProxyFixture proxy = new ProxyFixture(upstream.address());
                Client client = proxy.client()) {
            client.send(GET).read();
            answered.countDown();
            pass(closed);

            assertThat(client.send(GET).read().statusLine()).isEqualTo("HTTP/1.1 200 OK");
            assertThat(upstream.connections()).isEqualTo(2);
        }
    }

    @Test
    void upload_goes_on_when_the_response_has_begun() throws Exception {
        int total = 16 << 20;
        CountDownLatch clientIsHeldBack = new CountDownLatch(1);
        AtomicLong sent = new AtomicLong();
        RecordingUpstream.Script script = connection -> {
            connection.readHead();
            pass(clientIsHeldBack);
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
            if (connection.readBody(total).length == total) {
                connection.write("ok");
            }
        };
        try (RecordingUpstream upstream = new RecordingUpstream(script);
                ProxyFixture proxy = new ProxyFixture(upstream.address());
                Client client = proxy.client()) {
            Thread sender = new Thread(() -> {
                byte[] part = new byte[64 * 1024];
                try {
                    client.send("PUT /b/k HTTP/1.1\r\nHost: s3\r\nContent-Length: " + total + "\r\n\r\n");
                    for (int i = 0; i < total / part.length; i++) {
                        client.send(part);
                        sent.addAndGet(part.length);
                    }
                } catch (IOException e) {
                    // seen by what the test reads
                }
            });
            sender.start();
            ProxyFixture.awaitStandstill(sent);
            clientIsHeldBack.countDown();

            assertThat(client.read().body()).isEqualTo("ok");
            sender.join();
        }
    }

    /** A clock that a test moves, so that timeouts expire when the test wants. */
    private static final class HandClock {
        private final AtomicLong nanos = new AtomicLong();

        long now() {
            return nanos.get();
        }

        void advanceSeconds(long seconds) {
            nanos.addAndGet(seconds * ProxyFixture.SECOND);
        }
    }

    /** What fits between a gateway and a client that takes nothing, the proxy's own share included. */
    static long bytesUntilHeldBack(String request) throws IOException {
        AtomicLong written = new AtomicLong();
        RecordingUpstream.Script endless = connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + (1L << 40) + "\r\n\r\n");
            while (true) {
                connection.write(new byte[8 * 1024]);
                written.addAndGet(8 * 1024);
            }
        };
        try (RecordingUpstream upstream = new RecordingUpstream(endless);
                ProxyFixture proxy = new ProxyFixture(upstream.address());
                Client client = proxy.client()) {
            client.send(request);
            ProxyFixture.awaitStandstill(written);
            return proxy.counters.bytesToClients.sum();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void last_answer_is_not_cut_off_while_a_slow_client_has_not_taken_it_all(boolean draining) throws Exception {
        String request = "GET /b/k HTTP/1.1\r\nHost: s3\r\n" + (draining ? "" : "Connection: close\r\n") + "\r\n";
        // So much that the gateway gets rid of it, and the proxy, in all likelihood, not yet of its end.
        long size = bytesUntilHeldBack(request) - 32 * 1024;
        HandClock clock = new HandClock();
        AtomicLong written = new AtomicLong();
        RecordingUpstream.Script script = connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
            for (long left = size; left > 0; left -= 8 * 1024) {
                connection.write(new byte[(int) Math.min(left, 8 * 1024)]);
                written.addAndGet(8 * 1024);
            }
            connection.readHead();
        };
        try (RecordingUpstream upstream = new RecordingUpstream(script);
                ProxyFixture proxy = new ProxyFixture(upstream.address(), options -> options, clock::now);
                Client client = proxy.client()) {
            client.send(request);
            ProxyFixture.awaitStandstill(written);
            if (draining) {
                proxy.server.drain(1);
            }
            clock.advanceSeconds(15);
            await().pollDelay(600, TimeUnit.MILLISECONDS).until(() -> true);

            assertThat(client.readHead()).startsWith("HTTP/1.1 200 OK\r\n");
            byte[] buffer = new byte[64 * 1024];
            long received = 0;
            for (int n = client.read(buffer); n >= 0 && received + n <= size; n = client.read(buffer)) {
                received += n;
                if (received == size) {
                    break;
                }
            }
            assertThat(received).isEqualTo(size);
        }
    }

    @Test
    void answer_without_a_length_that_is_reset_does_not_look_whole() throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        RecordingUpstream.Script script = connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\n\r\nhalf of it");
            pass(read);
            connection.reset();
        };
        try (RecordingUpstream upstream = new RecordingUpstream(script);
                ProxyFixture proxy = new ProxyFixture(upstream.address());
                Client client = proxy.client()) {
            client.send(GET).readHead();
            read.countDown();

            assertThatThrownBy(client::readAll).isInstanceOf(IOException.class);
        }
    }

    @Test
    void answer_without_a_length_that_stops_does_not_look_whole() throws Exception {
        HandClock clock = new HandClock();
        RecordingUpstream.Script script = connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\n\r\nhalf of it");
            connection.readHead();
        };
        try (RecordingUpstream upstream = new RecordingUpstream(script);
                ProxyFixture proxy = new ProxyFixture(upstream.address(), options -> options, clock::now);
                Client client = proxy.client()) {
            client.send(GET).readHead();
            await().until(() -> {
                clock.advanceSeconds(61);
                return proxy.counters.exchanges.sum() == 0;
            });

            assertThatThrownBy(client::readAll).isInstanceOf(IOException.class);
        }
    }

    @Test
    void empty_line_after_a_request_does_not_begin_another_one() throws Exception {
        HandClock clock = new HandClock();
        try (RecordingUpstream upstream = answering(OK);
                ProxyFixture proxy = new ProxyFixture(upstream.address(), options -> options, clock::now);
                Client client = proxy.client()) {
            client.send(GET).read();
            client.send("\r\n");
            try (Client canary = proxy.client()) {
                // Read after the empty line, by the same thread, and late at the same moment.
                canary.send("GET");
                try (Client last = proxy.client()) {
                    last.send(GET).read();
                }
                clock.advanceSeconds(45);
                assertThat(canary.read().body()).contains("RequestTimeout");
            }

            assertThat(client.send(GET).read().statusLine()).isEqualTo("HTTP/1.1 200 OK");
        }
    }

    @Test
    void idle_client_is_closed_without_a_word() throws Exception {
        HandClock clock = new HandClock();
        try (RecordingUpstream upstream = answering(OK);
                ProxyFixture proxy = new ProxyFixture(upstream.address(), options -> options, clock::now);
                Client client = proxy.client()) {
            client.send(GET).read();
            await().until(() -> {
                clock.advanceSeconds(61);
                return proxy.counters.clientConnections.sum() == 0;
            });

            assertThat(client.readAll()).isEmpty();
        }
    }

    @Test
    void client_that_stops_in_its_body_gets_a_400_and_is_closed() throws Exception {
        HandClock clock = new HandClock();
        try (RecordingUpstream upstream = new RecordingUpstream(connection -> {
                    connection.readHead();
                    connection.readBody(100);
                });
                ProxyFixture proxy = new ProxyFixture(upstream.address(), options -> options, clock::now);
                Client client = proxy.client()) {
            client.send("PUT /b/k HTTP/1.1\r\nHost: s3\r\nContent-Length: 100\r\n\r\nnot all");
            await().until(() -> proxy.counters.bytesFromClients.sum() == 7);
            await().until(() -> {
                clock.advanceSeconds(61);
                return proxy.counters.exchanges.sum() == 0;
            });

            assertThat(client.read().body()).contains("RequestTimeout");
        }
    }

    @Test
    void client_that_takes_nothing_of_its_answer_is_closed() throws Exception {
        HandClock clock = new HandClock();
        AtomicLong written = new AtomicLong();
        RecordingUpstream.Script script = connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + (1L << 40) + "\r\n\r\n");
            while (true) {
                connection.write(new byte[64 * 1024]);
                written.addAndGet(64 * 1024);
            }
        };
        try (RecordingUpstream upstream = new RecordingUpstream(script);
                ProxyFixture proxy = new ProxyFixture(upstream.address(), options -> options, clock::now);
                Client client = proxy.client()) {
            client.send(GET);
            ProxyFixture.awaitStandstill(written);

            await().until(() -> {
                clock.advanceSeconds(61);
                return proxy.counters.exchanges.sum() == 0 && proxy.counters.clientConnections.sum() == 0;
            });
        }
    }

    @Test
    void client_that_never_stops_sending_after_its_last_answer_is_closed() throws Exception {
        HandClock clock = new HandClock();
        try (RecordingUpstream upstream = answering(OK);
                ProxyFixture proxy = new ProxyFixture(upstream.address(), options -> options, clock::now);
                Client client = proxy.client()) {
            client.send("PUT /refuse HTTP/1.1\r\nHost: s3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
            assertThat(client.read().statusLine()).isEqualTo("HTTP/1.1 503 Slow Down");

            await().until(() -> {
                clock.advanceSeconds(11);
                return proxy.counters.clientConnections.sum() == 0;
            });
        }
    }

    @Test
    void request_of_http_1_0_leaves_no_upstream_connection_behind() throws Exception {
        try (RecordingUpstream upstream = answering(OK);
                ProxyFixture proxy = new ProxyFixture(upstream.address());
                Client client = proxy.client();
                Client next = proxy.client()) {
            String all = client.send("GET /b/k HTTP/1.0\r\n\r\n").readAll();

            assertThat(all).startsWith("HTTP/1.1 200 OK\r\n").endsWith("ok");
            assertThat(next.send(GET).read().body()).isEqualTo("ok");
            assertThat(upstream.connections()).isEqualTo(2);
        }
    }

    @Test
    void gateway_whose_name_was_never_resolved_is_a_502() throws Exception {
        InetSocketAddress unresolved = InetSocketAddress.createUnresolved("nowhere.invalid", 80);
        try (ProxyFixture proxy = new ProxyFixture(unresolved);
                Client client = proxy.client()) {
            assertThat(client.send(GET).read().statusLine()).isEqualTo("HTTP/1.1 502 Bad Gateway");
            assertThat(client.send(GET).readAll()).isEmpty();
            assertThat(proxy.counters.exchanges.sum()).isZero();
        }
    }

    @Test
    void gate_that_fails_costs_its_connection_and_no_more() throws Exception {
        try (RecordingUpstream upstream = answering(OK);
                ProxyFixture proxy = new ProxyFixture(upstream.address());
                Client broken = proxy.client();
                Client client = proxy.client()) {
            assertThat(broken.send("GET /explode HTTP/1.1\r\nHost: s3\r\n\r\n").readAll())
                    .isEmpty();

            assertThat(client.send(GET).read().body()).isEqualTo("ok");
            await().until(() -> proxy.counters.clientConnections.sum() == 1);
            assertThat(proxy.counters.exchanges.sum()).isZero();
        }
    }
}
