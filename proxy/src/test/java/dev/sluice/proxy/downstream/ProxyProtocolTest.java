package dev.sluice.proxy.downstream;

import static dev.sluice.proxy.clientaddress.ProxyProtocolHeaders.INET;
import static dev.sluice.proxy.clientaddress.ProxyProtocolHeaders.INET6;
import static dev.sluice.proxy.clientaddress.ProxyProtocolHeaders.LOCAL;
import static dev.sluice.proxy.clientaddress.ProxyProtocolHeaders.PROXY;
import static dev.sluice.proxy.clientaddress.ProxyProtocolHeaders.addresses;
import static dev.sluice.proxy.clientaddress.ProxyProtocolHeaders.joined;
import static dev.sluice.proxy.clientaddress.ProxyProtocolHeaders.tlv;
import static dev.sluice.proxy.clientaddress.ProxyProtocolHeaders.v1;
import static dev.sluice.proxy.clientaddress.ProxyProtocolHeaders.v2;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.policy.listen.TrustedProxies;
import dev.sluice.policy.listen.TrustedProxies.ProxyProtocol;
import dev.sluice.proxy.clientaddress.ProxyProtocolHeaders;
import dev.sluice.proxy.testing.ProxyFixture;
import dev.sluice.proxy.testing.ProxyFixture.Client;
import dev.sluice.proxy.testing.RecordingUpstream;
import dev.sluice.proxy.testing.StrictUpstream;
import java.io.IOException;
import java.net.SocketException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A listener whose connections begin with a PROXY header. The balancer is at 127.0.0.1, as is its test. */
class ProxyProtocolTest {
    private static final TrustedProxies BALANCER = TrustedProxyTest.trusting(ProxyProtocol.ON, "127.0.0.1", 128);
    private static final TrustedProxies OTHER_BALANCER = TrustedProxyTest.trusting(ProxyProtocol.ON, "10.0.0.0", 104);

    private static final byte[] FROM_CLIENT = v1("PROXY TCP4 203.0.113.7 127.0.0.1 4711 80\r\n");
    private static final String GET = "GET /b/k HTTP/1.1\r\nHost: s3\r\n\r\n";
    private static final String REFUSED = "GET /refuse HTTP/1.1\r\nHost: s3\r\n\r\n";

    private final StrictUpstream strict = new StrictUpstream();
    private RecordingUpstream upstream;
    private final AtomicLong nanos = new AtomicLong();

    @BeforeEach
    void open() throws IOException {
        upstream = new RecordingUpstream(strict);
    }

    @AfterEach
    void close() throws IOException {
        upstream.close();
        assertThat(strict.remains).isEmpty();
    }

    private ProxyFixture proxy(TrustedProxies trusted) throws IOException {
        return new ProxyFixture(upstream.address(), options -> options.trusting(trusted), nanos::get);
    }

    private String lastHead() {
        return strict.requests.get(strict.requests.size() - 1).head();
    }

    private static boolean isClosed(Client client) throws IOException {
        try {
            return client.readAll().isEmpty();
        } catch (SocketException e) {
            // Closed with something unread.
            return true;
        }
    }

    static Stream<Arguments> headers() {
        byte[] v4 = addresses("203.0.113.7", "10.0.0.1");
        byte[] v6 = addresses("2001:db8::7", "2001:db8::1");
        return Stream.of(
                Arguments.of("203.0.113.7", FROM_CLIENT),
                Arguments.of("2001:db8::7", v1("PROXY TCP6 2001:db8::7 ::1 4711 80\r\n")),
                Arguments.of("127.0.0.1", v1("PROXY UNKNOWN\r\n")),
                Arguments.of("203.0.113.7", v2(PROXY, INET, v4)),
                Arguments.of("2001:db8::7", v2(PROXY, INET6, v6, tlv(0x05, new byte[30]))),
                Arguments.of("127.0.0.1", v2(PROXY, 0)),
                Arguments.of("127.0.0.1", v2(LOCAL, 0)),
                Arguments.of("127.0.0.1", v2(LOCAL, INET, v4)));
    }

    /**
     * The forwarding headers of a client that a PROXY header names are not trusted, nor those of a client that the
     * balancer does not know.
     */
    @ParameterizedTest
    @MethodSource("headers")
    void requestsBehindAHeader_areTheNamedOnes(String source, byte[] header) throws Exception {
        String claim = "GET /b/k HTTP/1.1\r\nHost: s3\r\nX-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: https\r\n\r\n";
        try (ProxyFixture proxy = proxy(BALANCER);
                Client client = proxy.client()) {
            client.send(joined(header, v1(claim + GET + REFUSED)));

            assertThat(client.read().body()).isEqualTo("ok");
            assertThat(client.read().body()).isEqualTo("ok");
            assertThat(client.read().statusLine()).isEqualTo("HTTP/1.1 503 Slow Down");
            assertThat(client.send(GET).read().body()).isEqualTo("ok");
            assertThat(strict.requests)
                    .hasSize(3)
                    .allSatisfy(seen -> assertThat(seen.head())
                            .isEqualTo("GET /b/k HTTP/1.1\r\nHost: s3\r\nX-Forwarded-For: " + source
                                    + "\r\nX-Forwarded-Proto: http\r\n\r\n"));
            assertThat(proxy.counters.malformed.sum()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("headers")
    void header_mayComeInAnyTwoParts(String source, byte[] header) throws Exception {
        byte[] bytes = joined(header, v1(GET));
        try (ProxyFixture proxy = proxy(BALANCER);
                Client fence = proxy.client()) {
            fence.send(FROM_CLIENT);
            for (int cut = 1; cut <= header.length + 2; cut++) {
                try (Client client = proxy.client()) {
                    client.send(Arrays.copyOf(bytes, cut));
                    // One event loop: what was sent before is read before this is answered.
                    fence.send(REFUSED).read();
                    client.send(Arrays.copyOfRange(bytes, cut, bytes.length));

                    assertThat(client.read().body()).as("cut at " + cut).isEqualTo("ok");
                    assertThat(lastHead()).contains("X-Forwarded-For: " + source + "\r\n");
                }
            }
            assertThat(proxy.counters.malformed.sum()).isZero();
        }
    }

    @Test
    void header_mayComeByteByByte_beforeABody() throws Exception {
        byte[] header = v2(PROXY, INET, addresses("203.0.113.7", "10.0.0.1"));
        try (ProxyFixture proxy = proxy(BALANCER);
                Client fence = proxy.client();
                Client client = proxy.client()) {
            fence.send(FROM_CLIENT);
            for (byte b : header) {
                client.send(new byte[] {b});
                fence.send(REFUSED).read();
            }
            client.send("PUT /b/k HTTP/1.1\r\nHost: s3\r\nContent-Length: 5\r\n\r\nhello");

            assertThat(client.read().body()).isEqualTo("ok");
            assertThat(strict.requests.get(0).body()).isEqualTo("hello");
        }
    }

    @Test
    void proxyThatIsNamedByAHeader_isBelieved_ifItIsListed() throws Exception {
        byte[] header = v1("PROXY TCP4 127.0.0.1 127.0.0.1 4711 80\r\n");
        try (ProxyFixture proxy = proxy(BALANCER);
                Client client = proxy.client()) {
            client.send(joined(header, v1("GET /b/k HTTP/1.1\r\nHost: s3\r\nX-Forwarded-For: 203.0.113.9\r\n\r\n")))
                    .read();

            assertThat(lastHead()).contains("X-Forwarded-For: 203.0.113.9, 127.0.0.1\r\n");
        }
    }

    static Stream<byte[]> badHeaders() {
        return Stream.of(
                v1(GET),
                v1("PROXY TCP4 203.0.113.7 127.0.0.1 4711 80\n" + GET),
                v1("PROXY TCP4 203.0.113.7 127.0.0.1 4711 80\r\r\n" + GET),
                v1("PROXY TCP4 203.0.113.7 127.0.0.1 4711\r\n" + GET),
                v1("PROXY UNKNOWN " + "x".repeat(200) + "\r\n" + GET),
                v2(0x22, INET, addresses("203.0.113.7", "10.0.0.1"), v1(GET)),
                v2(PROXY, INET, new byte[3], v1(GET)),
                ProxyProtocolHeaders.v2OfLength(PROXY, INET, 0xFFFF, v1(GET)),
                new byte[] {0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0});
    }

    @ParameterizedTest
    @MethodSource("badHeaders")
    void badHeader_closesTheConnection_andNothingReachesTheGateway(byte[] bytes) throws Exception {
        try (ProxyFixture proxy = proxy(BALANCER);
                Client client = proxy.client()) {
            client.send(bytes);

            assertThat(isClosed(client)).isTrue();
            await().until(() -> proxy.counters.malformed.sum() == 1);
            await().until(() -> proxy.counters.clientConnections.sum() == 0);
            assertThat(proxy.counters.forwarded.sum()).isZero();
            assertThat(strict.requests).isEmpty();
        }
    }

    @Test
    void secondHeader_isARequestThatIsNone() throws Exception {
        try (ProxyFixture proxy = proxy(BALANCER);
                Client client = proxy.client()) {
            client.send(joined(FROM_CLIENT, v2(PROXY, INET, addresses("6.6.6.6", "10.0.0.1")), v1(GET)));

            assertThat(client.readAll()).startsWith("HTTP/1.1 400 Bad Request\r\n");
            assertThat(strict.requests).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("headers")
    void headerThatBreaksOff_closesTheConnection(String source, byte[] header) throws Exception {
        try (ProxyFixture proxy = proxy(BALANCER);
                Client client = proxy.client()) {
            client.send(Arrays.copyOf(header, header.length - 1));
            client.shutdownOutput();

            assertThat(isClosed(client)).isTrue();
            await().until(() -> proxy.counters.malformed.sum() == 1);
        }
    }

    @Test
    void headerThatIsCutOffByAReset_leavesNothingBehind() throws Exception {
        try (ProxyFixture proxy = proxy(BALANCER);
                Client fence = proxy.client();
                Client client = proxy.client()) {
            client.send(Arrays.copyOf(FROM_CLIENT, 20));
            fence.send(FROM_CLIENT).send(REFUSED).read();
            client.reset();

            await().until(() -> proxy.counters.clientConnections.sum() == 1);
        }
    }

    @Test
    void connectionThatOnlyOpensAndCloses_isNotCountedAsMalformed() throws Exception {
        try (ProxyFixture proxy = proxy(BALANCER);
                Client client = proxy.client()) {
            client.shutdownOutput();

            assertThat(isClosed(client)).isTrue();
            assertThat(proxy.counters.malformed.sum()).isZero();
        }
    }

    @Test
    void headerThatDoesNotCome_isWaitedForNoLongerThanForAHead() throws Exception {
        try (ProxyFixture proxy = proxy(BALANCER);
                Client silent = proxy.client();
                Client slow = proxy.client();
                Client fence = proxy.client()) {
            slow.send(Arrays.copyOf(FROM_CLIENT, 20));
            fence.send(FROM_CLIENT).send(REFUSED).read();
            nanos.addAndGet(31 * ProxyFixture.SECOND);

            assertThat(isClosed(silent)).isTrue();
            assertThat(isClosed(slow)).isTrue();
            assertThat(proxy.counters.malformed.sum()).isEqualTo(2);
            // Behind its header a connection may be idle for longer.
            assertThat(fence.send(GET).read().body()).isEqualTo("ok");
        }
    }

    static Stream<byte[]> anything() {
        return Stream.of(joined(FROM_CLIENT, v1(GET)), v1(GET), v2(LOCAL, 0), new byte[0]);
    }

    @ParameterizedTest
    @MethodSource("anything")
    void connectionFromAnUntrustedPeer_isClosed_whateverItSends(byte[] bytes) throws Exception {
        try (ProxyFixture proxy = proxy(OTHER_BALANCER)) {
            for (int i = 1; i <= 3; i++) {
                try (Client client = proxy.client()) {
                    sendIfOpen(client, bytes);

                    assertThat(isClosed(client)).isTrue();
                }
                long closed = i;
                await().until(() -> proxy.counters.untrustedPeers.sum() == closed);
            }
            await().until(() -> proxy.counters.clientConnections.sum() == 0);
            assertThat(proxy.counters.forwarded.sum()).isZero();
            assertThat(proxy.counters.malformed.sum()).isZero();
        }
    }

    private static void sendIfOpen(Client client, byte[] bytes) {
        try {
            client.send(bytes);
        } catch (IOException e) {
            // It was faster.
        }
    }

    @Test
    void draining_closesConnectionsThatHaveSentNothing() throws Exception {
        try (ProxyFixture proxy = proxy(BALANCER);
                Client before = proxy.client();
                Client fence = proxy.client()) {
            fence.send(FROM_CLIENT).send(REFUSED).read();

            CompletableFuture<Boolean> drained = CompletableFuture.supplyAsync(() -> {
                try {
                    return proxy.server.drain(60_000);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            await().until(() -> {
                nanos.addAndGet(300_000_000);
                return drained.isDone();
            });

            assertThat(drained.get()).isTrue();

            assertThat(isClosed(before)).isTrue();
        }
    }

    @Test
    void withoutTheProtocol_aHeaderIsAMalformedRequest() throws Exception {
        try (ProxyFixture proxy = proxy(TrustedProxyTest.THIS_CLIENT);
                Client client = proxy.client()) {
            String answer = client.send(joined(FROM_CLIENT, v1(GET))).readAll();

            assertThat(answer).startsWith("HTTP/1.1 400 Bad Request\r\n");
            assertThat(strict.requests).isEmpty();
        }
    }
}
