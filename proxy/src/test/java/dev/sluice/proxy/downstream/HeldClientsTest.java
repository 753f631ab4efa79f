package dev.sluice.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.proxy.gate.Gate;
import dev.sluice.proxy.gate.GateDecision;
import dev.sluice.proxy.testing.HoldingGate;
import dev.sluice.proxy.testing.ProxyFixture;
import dev.sluice.proxy.testing.ProxyFixture.Client;
import dev.sluice.proxy.testing.ProxyFixture.ClientResponse;
import dev.sluice.proxy.testing.RecordingUpstream;
import dev.sluice.proxy.testing.TestTls;
import dev.sluice.proxy.tls.TlsOptions;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients whose requests wait for room, over real sockets. One request goes to the gateway at a time. */
class HeldClientsTest {
    private static final long MAX_WAIT_MILLIS = 60_000;
    private static final int BODY_BYTES = 1 << 20;

    private final HoldingGate gate = new HoldingGate(1, MAX_WAIT_MILLIS);
    /** The gateway responds to one request for each. */
    private final Semaphore responses = new Semaphore(0);

    private final RecordingUpstream upstream;
    private ProxyFixture proxy;

    HeldClientsTest() throws IOException {
        upstream = new RecordingUpstream(this::respond);
        proxy = fixture(gate, options -> options, TlsOptions.NONE);
    }

    private ProxyFixture fixture(HoldingGate by, UnaryOperator<ProxyOptions> change, TlsOptions tls)
            throws IOException {
        return new ProxyFixture(upstream.address(), change, tls, System::nanoTime, by);
    }

    private void respond(RecordingUpstream.Connection connection) throws IOException {
        for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
            String target = head.substring(head.indexOf(' ') + 1, head.indexOf(" HTTP"));
            int length = head.startsWith("PUT") ? BODY_BYTES : 0;
            if (head.toLowerCase(Locale.ROOT).contains("expect:")) {
                connection.write("HTTP/1.1 100 Continue\r\n\r\n");
            }
            int hash = Arrays.hashCode(connection.readBody(length));
            responses.acquireUninterruptibly();
            String body = length == 0 ? target : target + " " + hash;
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        }
    }

    @AfterEach
    void close() throws Exception {
        responses.release(10_000);
        proxy.close();
        upstream.close();
    }

    private static String get(String target) {
        return "GET " + target + " HTTP/1.1\r\nHost: s3\r\n\r\n";
    }

    private static String put(String target, String more) {
        return "PUT " + target + " HTTP/1.1\r\nHost: s3\r\nContent-Length: " + BODY_BYTES + "\r\n" + more + "\r\n";
    }

    private static byte[] body() {
        byte[] body = new byte[BODY_BYTES];
        new Random(3).nextBytes(body);
        return body;
    }

    /** A client whose request has the slot. */
    private Client first() throws IOException {
        Client first = proxy.client().send(get("/b/first"));
        await().until(() -> upstream.heads.size() == 1);
        return first;
    }

    private void awaitWaiting(int requests) {
        await().until(() -> gate.waiting() == requests);
    }

    @Test
    void request_waitsWithoutAConnectionToTheGateway_andIsServedWhenItIsItsTurn() throws Exception {
        try (Client first = first();
                Client second = proxy.client();
                Client third = proxy.client()) {
            second.send(get("/b/second"));
            awaitWaiting(1);
            third.send(get("/b/third"));
            awaitWaiting(2);
            assertThat(proxy.counters.upstreamConnects.sum()).isEqualTo(1);
            assertThat(upstream.heads).hasSize(1);

            responses.release(1);
            assertThat(first.read().body()).isEqualTo("/b/first");
            awaitWaiting(1);
            responses.release(2);

            assertThat(second.read().body()).isEqualTo("/b/second");
            assertThat(third.read().body()).isEqualTo("/b/third");
            assertThat(proxy.counters.rejected.sum()).isZero();
            assertThat(upstream.heads.get(1)).startsWith("GET /b/second");
        }
    }

    @Test
    void pipelinedRequests_areRespondedToInOrder() throws Exception {
        try (Client first = first();
                Client pipelining = proxy.client()) {
            pipelining.send(get("/b/1") + get("/b/2") + get("/b/3"));
            awaitWaiting(1);

            responses.release(4);

            first.read();
            assertThat(pipelining.read().body()).isEqualTo("/b/1");
            assertThat(pipelining.read().body()).isEqualTo("/b/2");
            assertThat(pipelining.read().body()).isEqualTo("/b/3");
        }
    }

    @Test
    void clientThatCloses_freesItsPlace() throws Exception {
        try (Client first = first()) {
            Client closes = proxy.client().send(get("/b/closes"));
            Client resets = proxy.client().send(get("/b/resets"));
            awaitWaiting(2);

            closes.close();
            awaitWaiting(1);
            resets.reset();
            awaitWaiting(0);

            responses.release(1);
            first.read();
            await().until(() -> proxy.counters.clientConnections.sum() == 1);
            assertThat(upstream.heads).hasSize(1);
        }
    }

    @Test
    void clientThatShutsDownItsOutput_isRejected_andItsPlaceIsFree() throws Exception {
        try (Client first = first();
                Client half = proxy.client()) {
            half.send(get("/b/half"));
            awaitWaiting(1);

            half.shutdownOutput();

            String response = half.readAll();
            assertThat(response).startsWith("HTTP/1.1 503").contains("SlowDown");
            awaitWaiting(0);
            responses.release(1);
            first.read();
        }
    }

    @Test
    void longestWait_endsWithTheRejectionOfTheLimit() throws Exception {
        proxy.close();
        HoldingGate impatient = new HoldingGate(1, 100);
        proxy = fixture(impatient, options -> options, TlsOptions.NONE);
        try (Client first = first();
                Client second = proxy.client()) {
            ClientResponse response = second.send(get("/b/second")).read();

            assertThat(response.statusLine()).isEqualTo("HTTP/1.1 503 Slow Down");
            assertThat(response.head().toLowerCase(Locale.ROOT))
                    .contains("x-sluice-limit: user concurrent-requests", "retry-after: ");
            assertThat(impatient.admission.holding().rejected()).isEqualTo(1);
            responses.release(2);
            first.read();
            assertThat(second.send(get("/b/again")).read().body()).isEqualTo("/b/again");
        }
    }

    @Test
    void errorOnceItIsTheRequestsTurn_endsItsConnection() throws Exception {
        proxy.close();
        HoldingGate impatient = new HoldingGate(1, 100);
        Gate broken =
                (head, ticket, nowNanos) -> impatient.decide(head, ticket, nowNanos) instanceof GateDecision.Wait wait
                        ? new GateDecision.Wait(wait.request(), wait.onceAdmitted(), null, wait.form())
                        : GateDecision.Forward.CHARGED;
        proxy = new ProxyFixture(upstream.address(), options -> options, TlsOptions.NONE, System::nanoTime, broken);
        try (Client first = first();
                Client second = proxy.client()) {
            assertThat(second.send(get("/b/second")).readAll()).isEmpty();

            await().until(() -> proxy.counters.clientConnections.sum() == 1);
            responses.release(1);
            assertThat(first.read().body()).isEqualTo("/b/first");
        }
    }

    @Test
    void timeoutsOfClients_doNotEndAWait() throws Exception {
        proxy.close();
        proxy = fixture(
                gate,
                o -> new ProxyOptions(
                                o.listen(),
                                o.upstream(),
                                o.eventLoops(),
                                o.maxHeadBytes(),
                                ProxyFixture.SECOND / 10,
                                ProxyFixture.SECOND / 10,
                                o.connectTimeoutNanos(),
                                o.responseTimeoutNanos(),
                                o.upstreamIdleNanos())
                        .with(new ClientBounds(1_000, 128, 1 << 20, ProxyFixture.SECOND / 10)),
                TlsOptions.NONE);
        try (Client first = first();
                Client reads = proxy.client();
                Client writes = proxy.client();
                Client idle = proxy.client()) {
            reads.send(get("/b/reads"));
            writes.send(put("/b/writes", "")).send(Arrays.copyOf(body(), 100));
            awaitWaiting(2);

            // The sweeps that end this one saw the others, too.
            assertThat(idle.readAll()).isEmpty();
            await().pollDelay(Duration.ofMillis(600)).until(() -> gate.waiting() == 2);

            responses.release(2);
            first.read();
            assertThat(reads.read().body()).isEqualTo("/b/reads");
            awaitWaiting(0);
        }
    }

    @Test
    void expectedContinue_isNotSentBeforeTheRequestIsAdmitted() throws Exception {
        try (Client first = first();
                Client writer = proxy.client()) {
            writer.send(put("/b/put", "Expect: 100-continue\r\n"));
            awaitWaiting(1);
            assertThat(upstream.heads).hasSize(1);

            responses.release(1);
            first.read();
            assertThat(writer.readHead()).startsWith("HTTP/1.1 100");
            writer.send(body());
            responses.release(1);

            assertThat(writer.read().body()).isEqualTo("/b/put " + Arrays.hashCode(body()));
        }
    }

    @Test
    void bodyOfAWaitingRequest_isNotRead_andArrivesWholeAfterwards() throws Exception {
        try (Client first = first();
                Client writer = proxy.client()) {
            long before = PooledByteBufAllocator.DEFAULT.pinnedDirectMemory();
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                try {
                    writer.send(put("/b/put", "")).send(body());
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            awaitWaiting(1);
            await().pollDelay(Duration.ofMillis(200))
                    .until(() -> PooledByteBufAllocator.DEFAULT.pinnedDirectMemory() - before < 16 * 1024);

            responses.release(2);
            first.read();

            assertThat(writer.read().body()).isEqualTo("/b/put " + Arrays.hashCode(body()));
            sent.join();
        }
    }

    /** What is sent fits into the kernel's buffer, whatever it grows to: so the end behind it arrives. */
    @Test
    void clientThatFloodsAndShutsDown_holdsNoMemory() throws Exception {
        try (Client first = first();
                Client flood = proxy.client()) {
            long before = PooledByteBufAllocator.DEFAULT.pinnedDirectMemory();
            flood.send(put("/b/put", ""));
            awaitWaiting(1);
            flood.send(Arrays.copyOf(body(), 32 * 1024));

            flood.shutdownOutput();

            awaitWaiting(0);
            assertFloodIsOver(flood, before);
            responses.release(1);
            first.read();
        }
    }

    /** Nobody sees an end behind more than the kernel's buffer takes: such a request waits as long as any other. */
    @Test
    void clientThatFloodsMoreThanTheKernelTakes_holdsNoMemory_andItsPlaceIsFreeAfterTheLongestWait() throws Exception {
        proxy.close();
        HoldingGate impatient = new HoldingGate(1, 1_000);
        proxy = fixture(impatient, options -> options, TlsOptions.NONE);
        try (Client first = first();
                Client flood = proxy.client()) {
            long before = PooledByteBufAllocator.DEFAULT.pinnedDirectMemory();
            flood.send(put("/b/put", "")).send(Arrays.copyOf(body(), 200 * 1024));

            flood.shutdownOutput();

            assertFloodIsOver(flood, before);
            assertThat(impatient.waiting()).isZero();
            responses.release(1);
            first.read();
        }
    }

    private void assertFloodIsOver(Client flood, long pinnedBefore) throws IOException {
        assertThat(flood.readAll()).startsWith("HTTP/1.1 503");
        assertThat(upstream.heads).hasSize(1);
        await().until(() -> PooledByteBufAllocator.DEFAULT.pinnedDirectMemory() - pinnedBefore < 16 * 1024);
    }

    @Test
    void http10_waitsAsOthersDo() throws Exception {
        try (Client first = first();
                Client old = proxy.client()) {
            old.send("GET /b/old HTTP/1.0\r\n\r\n");
            awaitWaiting(1);

            responses.release(2);
            first.read();

            assertThat(old.readAll()).startsWith("HTTP/1.1 200").endsWith("/b/old");
        }
    }

    @Test
    void clientsByTls_waitAsOthersDo_andFreeTheirPlace() throws Exception {
        proxy.close();
        proxy = fixture(gate, options -> options, TestTls.forClients(SslProvider.JDK));
        try (Client first = new Client(TestTls.connect(proxy.server.address()));
                Client second = new Client(TestTls.connect(proxy.server.address()));
                Client third = new Client(TestTls.connect(proxy.server.address()))) {
            first.send(get("/b/first"));
            await().until(() -> upstream.heads.size() == 1);
            second.send(get("/b/second"));
            awaitWaiting(1);
            third.send(get("/b/third"));
            awaitWaiting(2);

            second.close();
            awaitWaiting(1);
            responses.release(2);

            first.read();
            assertThat(third.read().body()).isEqualTo("/b/third");
        }
    }

    @Test
    void liftedLimit_letsAllThatWaitInAtOnce() throws Exception {
        try (Client first = first();
                Client second = proxy.client()) {
            second.send(get("/b/second"));
            awaitWaiting(1);

            gate.open();

            await().until(() -> upstream.heads.size() == 2);
            responses.release(2);
            first.read();
            assertThat(second.read().body()).isEqualTo("/b/second");
        }
    }

    @Test
    void requestThatWaits_isServedDuringADrain_asTheLastOfItsConnection() throws Exception {
        try (Client first = first();
                Client second = proxy.client()) {
            second.send(get("/b/second"));
            awaitWaiting(1);

            CompletableFuture<Boolean> drained = drain(60_000);
            await().until(() -> !isAccepted());
            responses.release(2);

            first.read();
            ClientResponse response = second.read();
            assertThat(response.body()).isEqualTo("/b/second");
            assertThat(response.head().toLowerCase(Locale.ROOT)).contains("connection: close");
            first.close();
            second.close();
            assertThat(drained.get()).isTrue();
        }
    }

    @Test
    void requestThatStillWaitsAtTheEndOfADrain_isRejected() throws Exception {
        try (Client first = first();
                Client second = proxy.client()) {
            second.send(get("/b/second"));
            awaitWaiting(1);

            boolean drained = drain(100).get();

            ClientResponse response = second.read();
            assertThat(response.statusLine()).isEqualTo("HTTP/1.1 503 Slow Down");
            assertThat(response.head().toLowerCase(Locale.ROOT)).contains("connection: close");
            assertThat(drained).isFalse();
            responses.release(1);
            first.read();
        }
    }

    private boolean isAccepted() {
        try (Client another = proxy.client()) {
            return another != null;
        } catch (IOException e) {
            return false;
        }
    }

    private CompletableFuture<Boolean> drain(long timeoutMillis) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return proxy.server.drain(timeoutMillis);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** What 1,000 clients that wait hold together, beside their connections. */
    @Test
    void thousandClientsThatWait_holdLittle() throws Exception {
        int clients = 1_000;
        Client[] waiting = new Client[clients];
        String head = "GET /bucket/" + "k".repeat(100)
                + " HTTP/1.1\r\nHost: s3.example.com\r\nx-amz-date: 20260101T000000Z\r\n"
                + "Authorization: AWS4-HMAC-SHA256 Credential=A/20260101/default/s3/aws4_request, SignedHeaders=host, Signature="
                + "0".repeat(64) + "\r\nUser-Agent: " + "a".repeat(300) + "\r\n\r\n";
        try (Client first = first()) {
            long before = used();
            for (int i = 0; i < clients; i++) {
                waiting[i] = proxy.client().send(head.getBytes(StandardCharsets.ISO_8859_1));
            }
            awaitWaiting(clients);
            long perClient = (used() - before) / clients;
            System.out.println("a client that waits holds " + perClient + " bytes");

            assertThat(perClient).isLessThan(10 * 1024);
            for (Client client : waiting) {
                client.close();
            }
            awaitWaiting(0);
            responses.release(1);
            first.read();
        }
    }

    private static long used() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory() + PooledByteBufAllocator.DEFAULT.pinnedDirectMemory();
    }
}
