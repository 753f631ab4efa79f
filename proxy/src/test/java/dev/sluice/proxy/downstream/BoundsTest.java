package dev.sluice.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.proxy.loop.ReadBudget;
import dev.sluice.proxy.testing.ProxyFixture;
import dev.sluice.proxy.testing.ProxyFixture.Client;
import dev.sluice.proxy.testing.ProxyFixture.ClientResponse;
import dev.sluice.proxy.testing.RecordingUpstream;
import dev.sluice.proxy.testing.SteppedClock;
import dev.sluice.proxy.testing.TestTls;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Clients that are too many, ask for too much, or are slow. A test moves the clock. */
class BoundsTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String GET = "GET /b/k HTTP/1.1\r\nHost: s3\r\n\r\n";
    private static final long PERIOD = 3 * ProxyFixture.SECOND;
    private static final Duration SWEEP = Duration.ofMillis(250);

    private final SteppedClock clock = new SteppedClock();

    private static RecordingUpstream answering(String answer) throws IOException {
        return new RecordingUpstream(connection -> connection.answerAll(answer));
    }

    private static UnaryOperator<ProxyOptions> bounds(int maxConnections, int maxHeaders, long minRate) {
        return options -> options.with(new ClientBounds(maxConnections, maxHeaders, minRate, PERIOD));
    }

    private ProxyFixture proxy(RecordingUpstream upstream, UnaryOperator<ProxyOptions> change) throws IOException {
        return new ProxyFixture(upstream.address(), change, clock::now);
    }

    /** Lets a second pass at each sweep until something has come about. */
    private void passSeconds(Callable<Boolean> until) {
        pass(1_000, until);
    }

    private void pass(long millis, Callable<Boolean> until) {
        await().pollInterval(SWEEP).until(() -> {
            clock.advanceMillis(millis);
            return until.call();
        });
    }

    @Test
    void head_that_trickles_gets_a_400_and_is_closed() throws Exception {
        try (RecordingUpstream upstream = answering(OK);
                ProxyFixture proxy = proxy(upstream, options -> options);
                Client client = proxy.client()) {
            AtomicInteger sent = new AtomicInteger();
            String head = "GET /" + "b".repeat(1_000);
            client.send(head.substring(0, sent.incrementAndGet()));
            await().until(() -> proxy.counters.clientConnections.sum() == 1);
            pass(4_000, () -> {
                client.send(head.substring(sent.get(), sent.incrementAndGet()));
                return proxy.counters.malformed.sum() == 1;
            });

            assertThat(client.readAll()).startsWith("HTTP/1.1 400 ").contains("<Code>RequestTimeout</Code>");
            assertThat(upstream.heads).isEmpty();
        }
    }

    @Test
    void upload_that_trickles_gets_a_400_and_is_closed_though_it_never_stops() throws Exception {
        RecordingUpstream.Script takesAll = connection -> {
            connection.readHead();
            connection.readBody(1 << 20);
        };
        try (RecordingUpstream upstream = new RecordingUpstream(takesAll);
                ProxyFixture proxy = proxy(upstream, bounds(100, 128, 1024));
                Client client = proxy.client()) {
            client.send("PUT /b/k HTTP/1.1\r\nHost: s3\r\nContent-Length: 1048576\r\n\r\n");
            await().until(() -> upstream.heads.size() == 1);
            passSeconds(() -> {
                client.send("x");
                return proxy.counters.slowUploads.sum() == 1;
            });

            ClientResponse answer = client.read();
            assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 400 Bad Request");
            assertThat(answer.body()).contains("<Code>RequestTimeout</Code>");
            await().until(() -> proxy.counters.exchanges.sum() == 0);
        }
    }

    @Test
    void upload_that_the_gateway_does_not_take_is_not_the_clients_fault() throws Exception {
        int total = 32 << 20;
        CountDownLatch takeIt = new CountDownLatch(1);
        AtomicLong sent = new AtomicLong();
        RecordingUpstream.Script stalls = connection -> {
            connection.readHead();
            pass(takeIt);
            connection.readBody(total);
            connection.write(OK);
        };
        try (RecordingUpstream upstream = new RecordingUpstream(stalls);
                ProxyFixture proxy = proxy(upstream, bounds(100, 128, 1 << 20));
                Client client = proxy.client()) {
            Thread sender = new Thread(() -> {
                try {
                    client.send("PUT /b/k HTTP/1.1\r\nHost: s3\r\nContent-Length: " + total + "\r\n\r\n");
                    byte[] part = new byte[64 * 1024];
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
            AtomicLong seconds = new AtomicLong();
            passSeconds(() -> seconds.incrementAndGet() == 8);
            takeIt.countDown();

            assertThat(client.read().statusLine()).isEqualTo("HTTP/1.1 200 OK");
            assertThat(proxy.counters.slowUploads.sum()).isZero();
            sender.join();
        }
    }

    private static void pass(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static RecordingUpstream endless(AtomicLong written) throws IOException {
        return new RecordingUpstream(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + (5L << 30) + "\r\n\r\n");
            while (true) {
                connection.write(new byte[8 * 1024]);
                written.addAndGet(8 * 1024);
            }
        });
    }

    @Test
    void answer_that_is_taken_by_the_byte_is_cut_off_and_looks_it() throws Exception {
        AtomicLong written = new AtomicLong();
        try (RecordingUpstream upstream = endless(written);
                ProxyFixture proxy = proxy(upstream, bounds(100, 128, 256 << 10));
                Client client = proxy.client()) {
            client.send(GET);
            client.readHead();
            ProxyFixture.awaitStandstill(written);
            passSeconds(() -> {
                client.read(new byte[1]);
                return proxy.counters.slowReaders.sum() == 1;
            });

            assertThatThrownBy(client::readAll).isInstanceOf(SocketException.class);
            await().until(() -> proxy.counters.exchanges.sum() == 0 && proxy.counters.clientConnections.sum() == 0);
        }
    }

    @Test
    void reader_that_keeps_up_the_least_rate_is_left_alone_for_ever() throws Exception {
        AtomicLong written = new AtomicLong();
        try (RecordingUpstream upstream = endless(written);
                ProxyFixture proxy = proxy(upstream, bounds(100, 128, 1024));
                Client client = proxy.client()) {
            client.send(GET);
            client.readHead();
            ProxyFixture.awaitStandstill(written);
            AtomicLong seconds = new AtomicLong();
            byte[] part = new byte[1 << 20];
            passSeconds(() -> {
                // In large steps, as the kernel announces room to the other side only now and then.
                for (int taken = 0; taken < part.length; ) {
                    taken += client.read(part);
                }
                return seconds.incrementAndGet() == 12;
            });

            assertThat(proxy.counters.slowReaders.sum()).isZero();
        }
    }

    @Test
    void client_that_takes_the_end_of_its_answer_slowly_keeps_its_connection() throws Exception {
        // So much that the gateway gets rid of it, and the proxy, in all likelihood, not yet of its end.
        long size = HostileClientsTest.bytesUntilHeldBack(GET) - 32 * 1024;
        AtomicLong written = new AtomicLong();
        RecordingUpstream.Script large = connection -> {
            if (connection.number > 1) {
                connection.answerAll(OK);
            }
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
            for (long left = size; left > 0; left -= 8 * 1024) {
                connection.write(new byte[(int) Math.min(left, 8 * 1024)]);
                written.addAndGet(8 * 1024);
            }
            connection.answerAll(OK);
        };
        try (RecordingUpstream upstream = new RecordingUpstream(large);
                ProxyFixture proxy = proxy(upstream, bounds(100, 128, 0));
                Client client = proxy.client()) {
            client.send(GET);
            client.readHead();
            ProxyFixture.awaitStandstill(written);
            byte[] part = new byte[16 << 10];
            long left = size;
            for (int i = 0; i < 2 && proxy.counters.exchanges.sum() > 0; i++) {
                clock.advanceMillis(45_000);
                await().pollDelay(SWEEP.multipliedBy(2)).until(() -> true);
                for (long enough = left - size / 3; left > enough; ) {
                    left -= client.read(part);
                }
            }
            while (left > 0) {
                left -= client.read(part);
            }

            assertThat(client.send(GET).read().body()).isEqualTo("ok");
        }
    }

    @Test
    void request_with_one_header_too_many_is_refused_and_one_less_is_not() throws Exception {
        try (RecordingUpstream upstream = answering(OK);
                ProxyFixture proxy = proxy(upstream, bounds(100, 20, 0));
                Client good = proxy.client();
                Client bad = proxy.client()) {
            String head = "GET /b/k HTTP/1.1\r\nHost: s3\r\n";

            assertThat(good.send(head + "X-A: b\r\n".repeat(19) + "\r\n").read().statusLine())
                    .isEqualTo("HTTP/1.1 200 OK");
            assertThat(bad.send(head + "X-A: b\r\n".repeat(20) + "\r\n").read().statusLine())
                    .isEqualTo("HTTP/1.1 400 Bad Request");
        }
    }

    @Test
    void answer_with_as_many_headers_as_ever_passes_where_requests_may_have_few() throws Exception {
        String many = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" + "X-Amz-Meta-A: b\r\n".repeat(127) + "\r\nok";
        try (RecordingUpstream upstream = answering(many);
                ProxyFixture proxy = proxy(upstream, bounds(100, 16, 0));
                Client client = proxy.client()) {
            assertThat(client.send(GET).read().body()).isEqualTo("ok");
        }
    }

    @Test
    void connection_beyond_the_limit_gets_a_503_and_there_is_room_again_when_one_leaves() throws Exception {
        try (RecordingUpstream upstream = answering(OK);
                ProxyFixture proxy = proxy(upstream, bounds(2, 128, 0));
                Client first = proxy.client();
                Client second = proxy.client()) {
            first.send(GET).read();
            second.send(GET).read();
            try (Client third = proxy.client();
                    Client fourth = proxy.client()) {
                String refused = third.send("PUT /b/k HTTP/1.1\r\nHost: s3\r\nContent-Length: 5\r\n\r\nhello")
                        .readAll();
                String head =
                        fourth.send("HEAD /b/k HTTP/1.1\r\nHost: s3\r\n\r\n").readAll();

                assertThat(refused)
                        .startsWith("HTTP/1.1 503 Slow Down\r\n")
                        .containsPattern("\r\nRetry-After: [1-3]\r\n")
                        .contains("\r\nx-sluice-limit: sidecar connections\r\n")
                        .containsIgnoringCase("\r\nconnection: close\r\n")
                        .contains("<Code>SlowDown</Code>");
                assertThat(head).startsWith("HTTP/1.1 503 Slow Down\r\n").endsWith("\r\n\r\n");
            }
            assertThat(proxy.counters.connectionsRefused.sum()).isEqualTo(2);
            assertThat(first.send(GET).read().body()).isEqualTo("ok");
            first.close();
            await().until(() -> proxy.counters.clientConnections.sum() == 1);

            try (Client next = proxy.client()) {
                assertThat(next.send(GET).read().body()).isEqualTo("ok");
            }
        }
    }

    @Test
    void idle_connection_makes_room_for_a_client_that_needs_its_place() throws Exception {
        try (RecordingUpstream upstream = answering(OK);
                ProxyFixture proxy = proxy(upstream, bounds(2, 128, 0));
                Client silent = proxy.client()) {
            await().until(() -> proxy.counters.clientConnections.sum() == 1);
            clock.advanceMillis(5_000);
            try (Client served = proxy.client()) {
                served.send(GET).read();
                clock.advanceMillis(200);

                try (Client next = proxy.client()) {
                    assertThat(next.send(GET).read().body()).isEqualTo("ok");
                    assertThat(silent.readAll()).isEmpty();
                    assertThat(served.send(GET).read().body()).isEqualTo("ok");
                    assertThat(proxy.counters.connectionsDisplaced.sum()).isEqualTo(1);
                    assertThat(proxy.counters.connectionsRefused.sum()).isZero();
                }
            }
            await().until(() -> proxy.counters.clientConnections.sum() == 0);
        }
    }

    @Test
    void handshake_that_is_not_done_keeps_its_place_for_a_second() throws Exception {
        try (RecordingUpstream upstream = answering(OK);
                ProxyFixture proxy = new ProxyFixture(
                        upstream.address(), bounds(1, 128, 0), TestTls.forClients(SslProvider.JDK), clock::now);
                Client slow = proxy.client()) {
            await().until(() -> proxy.counters.clientConnections.sum() == 1);
            clock.advanceMillis(900);
            try (Client refused = proxy.client()) {
                await().until(() -> proxy.counters.connectionsRefused.sum() == 1);
                assertThat(proxy.counters.connectionsDisplaced.sum()).isZero();
                assertThat(refused).isNotNull();
            }

            clock.advanceMillis(200);
            try (Client next = proxy.client()) {
                assertThat(slow.readAll()).isEmpty();
                assertThat(proxy.counters.connectionsDisplaced.sum()).isEqualTo(1);
                assertThat(next).isNotNull();
            }
        }
    }

    @Test
    void connection_with_a_request_in_progress_keeps_its_place() throws Exception {
        CountDownLatch respond = new CountDownLatch(1);
        RecordingUpstream.Script slow = connection -> {
            connection.readHead();
            pass(respond);
            connection.write(OK);
        };
        try (RecordingUpstream upstream = new RecordingUpstream(slow);
                ProxyFixture proxy = proxy(upstream, bounds(1, 128, 0));
                Client busy = proxy.client()) {
            busy.send(GET);
            await().until(() -> upstream.heads.size() == 1);
            clock.advanceMillis(5_000);

            try (Client next = proxy.client()) {
                assertThat(next.send(GET).readAll()).startsWith("HTTP/1.1 503 ");
            }
            respond.countDown();
            assertThat(busy.read().body()).isEqualTo("ok");
        }
    }

    @Test
    void connections_far_beyond_the_limit_are_closed_without_a_response() throws Exception {
        List<Client> clients = new ArrayList<>();
        try (RecordingUpstream upstream = answering(OK);
                ProxyFixture proxy = proxy(upstream, bounds(1, 128, 0));
                Client served = proxy.client()) {
            served.send(GET).read();
            int overLimit = ConnectionLimit.overLimitMax(1);
            for (int i = 0; i < overLimit; i++) {
                clients.add(proxy.client());
            }
            await().until(() -> proxy.counters.clientConnections.sum() == 1 + overLimit);
            try (Client dropped = proxy.client()) {
                assertThat(dropped.readAll()).isEmpty();
            }

            // Connections that send nothing make room for others to get a response.
            clock.advanceMillis(31_000);
            await().until(() -> proxy.counters.clientConnections.sum() == 1);
            assertThat(served.send(GET).read().body()).isEqualTo("ok");
        } finally {
            for (Client client : clients) {
                client.close();
            }
        }
    }

    @Test
    void pipelined_requests_of_a_client_that_reads_nothing_pile_up_no_answers() throws Exception {
        long before = PooledByteBufAllocator.DEFAULT.pinnedDirectMemory();
        String refused = "GET /refuse HTTP/1.1\r\nHost: s3\r\n\r\n";
        int requests = 40_000;
        AtomicLong sent = new AtomicLong();
        try (RecordingUpstream upstream = answering(OK);
                ProxyFixture proxy = proxy(upstream, bounds(100, 128, 0));
                Client client = proxy.client()) {
            Thread sender = new Thread(() -> {
                String many = refused.repeat(1_000);
                try {
                    for (int i = 0; i < requests / 1_000; i++) {
                        client.send(many);
                        sent.addAndGet(1_000);
                    }
                } catch (IOException e) {
                    // seen by what the test reads
                }
            });
            sender.start();
            ProxyFixture.awaitStandstill(sent);

            // Two reads' worth of requests, and the responses that make a channel unwritable.
            assertThat(PooledByteBufAllocator.DEFAULT.pinnedDirectMemory() - before)
                    .isLessThan(2L * ReadBudget.READ_BYTES_MAX + (256 << 10));
            sender.join();
            client.shutdownOutput();
            assertThat(client.readAll().split("HTTP/1.1 503 Slow Down\r\n", -1)).hasSize(1 + requests);
            assertThat(proxy.counters.rejected.sum()).isEqualTo(requests);
        }
    }
}
