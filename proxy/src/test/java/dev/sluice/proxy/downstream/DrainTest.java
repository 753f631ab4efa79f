package dev.sluice.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.proxy.testing.ProxyFixture;
import dev.sluice.proxy.testing.ProxyFixture.Client;
import dev.sluice.proxy.testing.ProxyFixture.ClientResponse;
import dev.sluice.proxy.testing.RecordingUpstream;
import dev.sluice.proxy.testing.SteppedClock;
import java.io.IOException;
import java.net.ConnectException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** How a proxy drains: a client that obeys Connection: close loses no request. */
class DrainTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String GET = "GET /b/k HTTP/1.1\r\nHost: s3\r\n\r\n";
    private static final long A_MINUTE = 60_000;

    private final SteppedClock clock = new SteppedClock();

    private static RecordingUpstream answering(String answer) throws IOException {
        return new RecordingUpstream(connection -> connection.answerAll(answer));
    }

    private ProxyFixture proxy(RecordingUpstream upstream) throws IOException {
        return new ProxyFixture(upstream.address(), options -> options, clock::now);
    }

    private static CompletableFuture<Boolean> drain(ProxyFixture proxy, long leadMillis, long timeoutMillis) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return proxy.server.drain(leadMillis, timeoutMillis);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static boolean hasConnectionClose(ClientResponse answer) {
        return answer.head().toLowerCase(java.util.Locale.ROOT).contains("\r\nconnection: close\r\n");
    }

    @Test
    void request_on_a_connection_that_was_idle_is_served_with_connection_close() throws Exception {
        try (RecordingUpstream upstream = answering(OK);
                ProxyFixture proxy = proxy(upstream);
                Client client = proxy.client();
                Client refused = proxy.client()) {
            client.send(GET).read();
            refused.send(GET).read();

            assertThat(proxy.server.drain(1)).isTrue();
            ClientResponse answer = client.send(GET).read();
            ClientResponse refusal =
                    refused.send("GET /refuse HTTP/1.1\r\nHost: s3\r\n\r\n").read();

            assertThat(answer.body()).isEqualTo("ok");
            assertThat(hasConnectionClose(answer)).isTrue();
            assertThat(hasConnectionClose(refusal)).isTrue();
            assertThat(client.readAll()).isEmpty();
            assertThat(refused.readAll()).isEmpty();
        }
    }

    @Test
    void connection_on_which_nothing_is_asked_is_shut_after_a_second() throws Exception {
        try (RecordingUpstream upstream = answering(OK);
                ProxyFixture proxy = proxy(upstream);
                Client client = proxy.client()) {
            client.send(GET).read();
            CompletableFuture<Boolean> drained = drain(proxy, 0, A_MINUTE);
            await().until(() -> {
                clock.advanceMillis(300);
                return drained.isDone();
            });

            assertThat(drained.get()).isTrue();
            assertThat(client.readAll()).isEmpty();
        }
    }

    @Test
    void answer_that_has_begun_without_a_word_of_closing_leaves_its_connection_open_for_one_more() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        RecordingUpstream.Script inTwoParts = connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no");
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            connection.write("k");
            connection.answerAll(OK);
        };
        try (RecordingUpstream upstream = new RecordingUpstream(inTwoParts);
                ProxyFixture proxy = proxy(upstream);
                Client client = proxy.client()) {
            String head = client.send(GET).readHead();
            assertThat(head).doesNotContainIgnoringCase("close");
            assertThat(proxy.server.drain(1)).isFalse();
            goOn.countDown();
            assertThat(client.readBody(head)).isEqualTo("ok");

            ClientResponse next = client.send(GET).read();

            assertThat(next.body()).isEqualTo("ok");
            assertThat(hasConnectionClose(next)).isTrue();
            assertThat(client.readAll()).isEmpty();
        }
    }

    @Test
    void connections_are_accepted_and_kept_during_the_lead_and_refused_after_it() throws Exception {
        try (RecordingUpstream upstream = answering(OK);
                ProxyFixture proxy = proxy(upstream);
                Client idle = proxy.client()) {
            idle.send(GET).read();
            CompletableFuture<Boolean> drained = drain(proxy, 3_000, A_MINUTE);
            await().until(() -> {
                try (Client client = proxy.client()) {
                    return hasConnectionClose(client.send(GET).read());
                }
            });
            clock.advanceMillis(50_000);
            assertThat(hasConnectionClose(idle.send(GET).read())).isTrue();
            idle.close();

            assertThat(drained.get()).isTrue();
            assertThatThrownBy(proxy::client).isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void request_whose_head_is_not_whole_yet_is_waited_for() throws Exception {
        try (RecordingUpstream upstream = answering(OK);
                ProxyFixture proxy = proxy(upstream);
                Client client = proxy.client()) {
            client.send(GET).read();
            client.send(GET.substring(0, 10));
            await().until(() -> proxy.counters.exchanges.sum() == 0);
            CompletableFuture<Boolean> drained = drain(proxy, 0, A_MINUTE);
            await().until(() -> {
                try (Client other = proxy.client()) {
                    return false;
                } catch (ConnectException e) {
                    return true;
                }
            });
            clock.advanceMillis(5_000);
            await().pollDelay(java.time.Duration.ofMillis(600)).until(() -> true);
            ClientResponse answer = client.send(GET.substring(10)).read();

            assertThat(answer.body()).isEqualTo("ok");
            assertThat(hasConnectionClose(answer)).isTrue();
            client.close();
            assertThat(drained.get()).isTrue();
        }
    }
}
