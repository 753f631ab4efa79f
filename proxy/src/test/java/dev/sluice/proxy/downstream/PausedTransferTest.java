package dev.sluice.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.admission.Verdict;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.proxy.gate.Gate;
import dev.sluice.proxy.gate.GateDecision;
import dev.sluice.proxy.http1.HttpMethod;
import dev.sluice.proxy.testing.ProxyFixture;
import dev.sluice.proxy.testing.ProxyFixture.Client;
import dev.sluice.proxy.testing.ProxyFixture.ClientResponse;
import dev.sluice.proxy.testing.RecordingUpstream;
import dev.sluice.proxy.tls.TlsOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Transfers that limits on bytes hold back arrive whole, no sooner than they may, and end as others do. */
class PausedTransferTest {
    private static final long SECOND = ProxyFixture.SECOND;
    private static final int MIB = 1 << 20;
    private static final String GET = "GET /b/k HTTP/1.1\r\nHost: s3\r\n\r\n";

    private static Gate gate(Dimension dimension, long perSecond) {
        LimitSet limits = LimitSet.of(dimension, Limit.bytesPerSecond(perSecond, MeterAlgorithm.WINDOW));
        Policy policy = new Policy(
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                Map.of("alice", limits),
                Map.of(),
                Map.of());
        Admission admission = new Admission(new SubjectIds("test"), 100, 0, policy);
        return (head, ticket, nowNanos) -> {
            OperationClass operation = head.method() == HttpMethod.GET ? OperationClass.READ : OperationClass.WRITE;
            Verdict verdict = admission.admit(Identity.ofUser("alice"), "b", operation, ticket, nowNanos);
            return verdict instanceof Verdict.Rejected rejected
                    ? new GateDecision.Reject(rejected, "b")
                    : GateDecision.Forward.CHARGED;
        };
    }

    private static ProxyFixture proxy(RecordingUpstream upstream, Gate gate) throws IOException {
        return proxy(upstream, gate, options -> options);
    }

    private static ProxyFixture proxy(RecordingUpstream upstream, Gate gate, UnaryOperator<ProxyOptions> change)
            throws IOException {
        return new ProxyFixture(upstream.address(), change, TlsOptions.NONE, System::nanoTime, gate);
    }

    private static byte[] object(int size) {
        byte[] object = new byte[size];
        new Random(size).nextBytes(object);
        return object;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] answer(byte[] object) {
        byte[] head = ("HTTP/1.1 200 OK\r\nContent-Length: " + object.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] answer = new byte[head.length + object.length];
        System.arraycopy(head, 0, answer, 0, head.length);
        System.arraycopy(object, 0, answer, head.length, object.length);
        return answer;
    }

    private static RecordingUpstream serving(byte[] object) throws IOException {
        byte[] answer = answer(object);
        return new RecordingUpstream(connection -> {
            while (!connection.readHead().isEmpty()) {
                connection.write(answer);
            }
        });
    }

    /** The same options with timeouts of a tenth of a second. */
    private static ProxyOptions withShortTimeouts(ProxyOptions o) {
        long patience = SECOND / 10;
        return new ProxyOptions(
                        o.listen(),
                        o.upstream(),
                        o.eventLoops(),
                        o.maxHeadBytes(),
                        30 * SECOND,
                        patience,
                        o.connectTimeoutNanos(),
                        patience,
                        o.upstreamIdleNanos())
                .with(new ClientBounds(1_000, 128, MIB, SECOND));
    }

    @Test
    void get_takesAsLongAsItsLimitAsks_andTheConnectionGoesOn() throws Exception {
        byte[] object = object(4 * MIB);
        try (RecordingUpstream upstream = serving(object);
                ProxyFixture proxy = proxy(upstream, gate(Dimension.READ_BYTES, 4 * MIB));
                Client client = proxy.client()) {
            long begin = System.nanoTime();
            // Both at once: the second waits for its turn on this connection.
            ClientResponse first = client.send(GET + GET).read();
            long took = System.nanoTime() - begin;
            ClientResponse second = client.read();

            assertThat(first.body()).isEqualTo(text(object));
            assertThat(second.body()).isEqualTo(text(object));
            assertThat(took).isGreaterThan(SECOND / 2);
            assertThat(proxy.counters.transferPauses.sum()).isPositive();
            await().until(() -> proxy.counters.exchanges.sum() == 0);
        }
    }

    static Stream<Arguments> uploads() {
        return Stream.of(Arguments.of(false), Arguments.of(true));
    }

    @ParameterizedTest
    @MethodSource("uploads")
    void put_takesAsLongAsItsLimitAsks(boolean chunked) throws Exception {
        byte[] object = object(4 * MIB);
        CompletableFuture<byte[]> stored = new CompletableFuture<>();
        String framing = chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + object.length;
        String first = chunked ? Integer.toHexString(object.length) + "\r\n" : "";
        String last = chunked ? "\r\n0\r\n\r\n" : "";
        RecordingUpstream.Script script = connection -> {
            connection.readHead();
            connection.readBody(first.length());
            stored.complete(connection.readBody(object.length));
            connection.readBody(last.length());
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            connection.answerAll("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        };
        try (RecordingUpstream upstream = new RecordingUpstream(script);
                ProxyFixture proxy = proxy(upstream, gate(Dimension.WRITE_BYTES, 4 * MIB));
                Client client = proxy.client()) {
            long begin = System.nanoTime();
            client.send("PUT /b/k HTTP/1.1\r\nHost: s3\r\n" + framing + "\r\n\r\n" + first)
                    .send(object)
                    .send(last + GET);

            assertThat(client.read().statusLine()).endsWith("200 OK");
            assertThat(System.nanoTime() - begin).isGreaterThan(SECOND / 2);
            assertThat(client.read().body()).isEqualTo("ok");
            assertThat(stored.get()).isEqualTo(object);
            assertThat(proxy.counters.transferPauses.sum()).isPositive();
        }
    }

    @Test
    void heldTransfer_isNotTakenForASlowOne() throws Exception {
        byte[] object = object(96 * 1024);
        try (RecordingUpstream upstream = serving(object);
                ProxyFixture proxy =
                        proxy(upstream, gate(Dimension.READ_BYTES, 64 * 1024), PausedTransferTest::withShortTimeouts);
                Client client = proxy.client()) {
            assertThat(client.send(GET).read().body()).isEqualTo(text(object));
        }
        RecordingUpstream.Script script = connection -> {
            connection.readHead();
            connection.readBody(object.length);
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        };
        try (RecordingUpstream upstream = new RecordingUpstream(script);
                ProxyFixture proxy =
                        proxy(upstream, gate(Dimension.WRITE_BYTES, 64 * 1024), PausedTransferTest::withShortTimeouts);
                Client client = proxy.client()) {
            client.send("PUT /b/k HTTP/1.1\r\nHost: s3\r\nContent-Length: " + object.length + "\r\n\r\n")
                    .send(object);

            assertThat(client.read().statusLine()).endsWith("200 OK");
        }
    }

    @Test
    void secondTransfer_beginsWhileTheFirstUsesTheLimit() throws Exception {
        try (RecordingUpstream upstream = serving(object(64 * MIB));
                ProxyFixture proxy = proxy(upstream, gate(Dimension.READ_BYTES, MIB));
                Client first = proxy.client();
                Client second = proxy.client()) {
            first.send(GET).readHead();
            await().until(() -> proxy.counters.transferPauses.sum() > 5);

            assertThat(second.send(GET).readHead()).startsWith("HTTP/1.1 200");
            byte[] some = new byte[16 * 1024];
            for (int i = 0; i < 20; i++) {
                assertThat(first.read(some)).isPositive();
                assertThat(second.read(some)).isPositive();
            }
            first.reset();
            second.reset();
            await().until(() -> proxy.counters.exchanges.sum() == 0);
        }
    }

    @Test
    void clientOrGatewayThatDiesMeanwhile_endsTheTransfer() throws Exception {
        byte[] half = answer(object(2 * MIB));
        RecordingUpstream.Script script = connection -> {
            connection.readHead();
            connection.write(java.util.Arrays.copyOf(half, MIB));
            connection.reset();
        };
        try (RecordingUpstream upstream = new RecordingUpstream(script);
                ProxyFixture proxy = proxy(upstream, gate(Dimension.READ_BYTES, MIB));
                Client client = proxy.client()) {
            assertThat(client.send(GET).readAll().length()).isLessThan(half.length);
            await().until(() -> proxy.counters.exchanges.sum() == 0);
        }
        try (RecordingUpstream upstream = serving(object(8 * MIB));
                ProxyFixture proxy = proxy(upstream, gate(Dimension.READ_BYTES, MIB));
                Client client = proxy.client()) {
            client.send(GET).readHead();
            client.reset();
            await().until(() -> proxy.counters.exchanges.sum() == 0);
        }
        try (RecordingUpstream upstream = new RecordingUpstream(connection -> connection.readBody(64 * MIB));
                ProxyFixture proxy = proxy(upstream, gate(Dimension.WRITE_BYTES, MIB));
                Client client = proxy.client()) {
            client.send("PUT /b/k HTTP/1.1\r\nHost: s3\r\nContent-Length: 9000000\r\n\r\n")
                    .send(object(MIB));
            client.reset();
            await().until(() -> proxy.counters.exchanges.sum() == 0);
        }
    }

    @Test
    void limitOfNothing_refusesAtOnce() throws Exception {
        try (RecordingUpstream upstream = serving(object(10));
                ProxyFixture proxy = proxy(upstream, gate(Dimension.READ_BYTES, 0));
                Client client = proxy.client()) {
            assertThat(client.send(GET).read().statusLine()).contains("503");
            assertThat(upstream.heads).isEmpty();
        }
    }

    @Test
    void drain_endsAHeldTransferWhenItsTimeIsUp() throws Exception {
        try (RecordingUpstream upstream = serving(object(64 * MIB))) {
            ProxyFixture proxy = proxy(upstream, gate(Dimension.READ_BYTES, MIB));
            try (Client client = proxy.client()) {
                client.send(GET).readHead();

                assertThat(proxy.server.drain(300)).isFalse();
                proxy.close();

                assertThat(client.readAll().length()).isLessThan(64 * MIB);
            }
        }
    }
}
