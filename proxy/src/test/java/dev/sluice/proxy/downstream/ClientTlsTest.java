package dev.sluice.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.proxy.testing.ProxyFixture;
import dev.sluice.proxy.testing.ProxyFixture.Client;
import dev.sluice.proxy.testing.RecordingUpstream;
import dev.sluice.proxy.testing.TestTls;
import dev.sluice.proxy.tls.DownstreamTls;
import dev.sluice.proxy.tls.TlsContexts;
import dev.sluice.proxy.tls.TlsOptions;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Clients that come by TLS, with either provider: what holds for plain ones holds for them. */
class ClientTlsTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final int BODY_BYTES = 20 << 20;

    private static ProxyFixture proxy(RecordingUpstream upstream, SslProvider provider) throws IOException {
        return new ProxyFixture(upstream.address(), TestTls.forClients(provider));
    }

    private static Client client(ProxyFixture proxy) throws IOException {
        return new Client(TestTls.connect(proxy.server.address()));
    }

    private static String get(String target) {
        return "GET " + target + " HTTP/1.1\r\nHost: s3\r\n\r\n";
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    private static String digest(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    @ParameterizedTest
    @EnumSource(value = SslProvider.class, names = "OPENSSL_REFCNT", mode = Mode.EXCLUDE)
    void requests_pipelinedInOneRecordAndCutIntoMany_areAnsweredInOrder(SslProvider provider) throws Exception {
        try (RecordingUpstream upstream = new RecordingUpstream(connection -> connection.answerAll(OK));
                ProxyFixture proxy = proxy(upstream, provider);
                Client client = client(proxy)) {
            client.send(get("/a") + get("/b/refuse") + get("/c"));
            for (byte b : get("/d").getBytes(StandardCharsets.ISO_8859_1)) {
                client.send(new byte[] {b});
            }

            assertThat(client.read().body()).isEqualTo("ok");
            assertThat(client.read().statusLine()).isEqualTo("HTTP/1.1 503 Slow Down");
            assertThat(client.read().body()).isEqualTo("ok");
            assertThat(client.read().body()).isEqualTo("ok");
            assertThat(proxy.counters.handshakes.sum()).isEqualTo(1);
            assertThat(upstream.heads)
                    .extracting(head -> head.substring(0, 6))
                    .containsExactly("GET /a", "GET /c", "GET /d");
        }
    }

    @ParameterizedTest
    @EnumSource(value = SslProvider.class, names = "OPENSSL_REFCNT", mode = Mode.EXCLUDE)
    void largeBodies_passUnchangedInBothDirections(SslProvider provider) throws Exception {
        byte[] body = random(BODY_BYTES);
        RecordingUpstream.Script echo = connection -> {
            connection.readHead();
            byte[] uploaded = connection.readBody(BODY_BYTES);
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + BODY_BYTES + "\r\n\r\n");
            connection.write(uploaded);
        };
        try (RecordingUpstream upstream = new RecordingUpstream(echo);
                ProxyFixture proxy = proxy(upstream, provider);
                Client client = client(proxy)) {
            client.send("PUT /b/k HTTP/1.1\r\nHost: s3\r\nContent-Length: " + BODY_BYTES + "\r\n\r\n");
            client.send(body);

            String echoed = client.read().body();

            assertThat(digest(echoed.getBytes(StandardCharsets.ISO_8859_1))).isEqualTo(digest(body));
            assertThat(proxy.counters.bytesFromClients.sum()).isEqualTo(BODY_BYTES);
            assertThat(proxy.counters.bytesToClients.sum()).isEqualTo(BODY_BYTES);
        }
    }

    @ParameterizedTest
    @EnumSource(value = SslProvider.class, names = "OPENSSL_REFCNT", mode = Mode.EXCLUDE)
    void clientThatDoesNotRead_holdsTheGatewayBack(SslProvider provider) throws Exception {
        AtomicLong sent = new AtomicLong();
        RecordingUpstream.Script endless = connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + (1L << 40) + "\r\n\r\n");
            byte[] piece = new byte[64 << 10];
            while (true) {
                connection.write(piece);
                sent.addAndGet(piece.length);
            }
        };
        try (RecordingUpstream upstream = new RecordingUpstream(endless);
                ProxyFixture proxy = proxy(upstream, provider);
                Client client = client(proxy)) {
            client.send(get("/big"));
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 OK");

            ProxyFixture.awaitStandstill(sent);

            assertThat(sent.get()).isLessThan(64L << 20);
            long stoodAt = sent.get();
            byte[] buffer = new byte[1 << 20];
            for (long taken = 0; taken < stoodAt; ) {
                taken += client.read(buffer);
            }
            await().until(() -> sent.get() > stoodAt);
        }
    }

    @ParameterizedTest
    @EnumSource(value = SslProvider.class, names = "OPENSSL_REFCNT", mode = Mode.EXCLUDE)
    void gatewayThatDoesNotRead_holdsTheClientBack(SslProvider provider) throws Exception {
        AtomicLong sent = new AtomicLong();
        RecordingUpstream.Script deaf = connection -> {
            connection.readHead();
            await().forever().until(() -> sent.get() < 0);
        };
        try (RecordingUpstream upstream = new RecordingUpstream(deaf);
                ProxyFixture proxy = proxy(upstream, provider);
                Socket raw = new Socket(
                        proxy.server.address().getAddress(),
                        proxy.server.address().getPort());
                Client client = new Client(TestTls.over(raw))) {
            client.send("PUT /b/k HTTP/1.1\r\nHost: s3\r\nContent-Length: " + (1L << 40) + "\r\n\r\n");
            Thread uploading = new Thread(() -> {
                try {
                    while (true) {
                        client.send(new byte[64 << 10]);
                        sent.addAndGet(64 << 10);
                    }
                } catch (IOException e) {
                    // closed at the end of the test
                }
            });
            uploading.start();

            ProxyFixture.awaitStandstill(sent);

            assertThat(sent.get()).isLessThan(64L << 20);
            raw.setSoLinger(true, 0);
            raw.close();
            uploading.join();
            sent.set(-1);
        }
    }

    @ParameterizedTest
    @EnumSource(value = SslProvider.class, names = "OPENSSL_REFCNT", mode = Mode.EXCLUDE)
    void handshakeThatStalls_isClosedWhenAHeadWouldBe(SslProvider provider) throws Exception {
        AtomicLong clock = new AtomicLong();
        byte[] halfAHello = {22, 3, 1, 1, 0, 1, 0, 0, (byte) 0xfc, 3, 3};
        try (RecordingUpstream upstream = new RecordingUpstream(connection -> connection.answerAll(OK));
                ProxyFixture proxy = new ProxyFixture(
                        upstream.address(),
                        o -> ProxyFixture.withTimeouts(o, 60_000, 10_000),
                        TestTls.forClients(provider),
                        clock::get);
                Client silent = proxy.client();
                Client slow = proxy.client();
                Client done = client(proxy)) {
            slow.send(halfAHello);
            await().until(() -> proxy.counters.clientConnections.sum() == 3);

            clock.set(11 * ProxyFixture.SECOND);

            assertThat(silent.readAll()).isEmpty();
            assertThat(slow.readAll()).isEmpty();
            done.send(get("/a"));
            assertThat(done.read().body()).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @EnumSource(value = SslProvider.class, names = "OPENSSL_REFCNT", mode = Mode.EXCLUDE)
    void plainHttp_reachesNothing(SslProvider provider) throws Exception {
        try (RecordingUpstream upstream = new RecordingUpstream(connection -> connection.answerAll(OK));
                ProxyFixture proxy = proxy(upstream, provider);
                Client client = proxy.client()) {
            client.send(get("/a"));

            assertThat(client.readAll()).doesNotContain("HTTP");
            assertThat(upstream.connections()).isZero();
            await().until(() -> proxy.counters.clientConnections.sum() == 0);
            assertThat(proxy.counters.handshakesFailed.sum()).isEqualTo(1);
            assertThat(proxy.counters.forwarded.sum()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(value = SslProvider.class, names = "OPENSSL_REFCNT", mode = Mode.EXCLUDE)
    void onlyHttp11IsAgreedOn_andNothingBelowTls12(SslProvider provider) throws Exception {
        try (RecordingUpstream upstream = new RecordingUpstream(connection -> connection.answerAll(OK));
                ProxyFixture proxy = proxy(upstream, provider)) {
            InetSocketAddress address = proxy.server.address();
            try (SSLSocket both = alpn(address, "h2", "http/1.1");
                    SSLSocket onlyH2 = alpn(address, "h2")) {
                assertThat(both.getApplicationProtocol()).isEqualTo("http/1.1");
                assertThat(onlyH2.getApplicationProtocol()).isEmpty();
                onlyH2.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(new Client(onlyH2).readAll()).startsWith("HTTP/1.1 400 ");
            }
            assertThat(upstream.connections()).isZero();

            try (SSLSocket old = (SSLSocket)
                    TestTls.client().getSocketFactory().createSocket(address.getAddress(), address.getPort())) {
                // Java itself would not offer less.
                old.setEnabledProtocols(new String[] {"TLSv1.2"});
                old.setEnabledCipherSuites(new String[] {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"});
                assertThatThrownBy(old::startHandshake).isInstanceOf(SSLException.class);
            }
        }
    }

    private static SSLSocket alpn(InetSocketAddress address, String... protocols) throws IOException {
        SSLSocket socket =
                (SSLSocket) TestTls.client().getSocketFactory().createSocket(address.getAddress(), address.getPort());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    @ParameterizedTest
    @EnumSource(value = SslProvider.class, names = "OPENSSL_REFCNT", mode = Mode.EXCLUDE)
    void replacedCertificate_isForNewConnections_andOldOnesGoOn(SslProvider provider) throws Exception {
        DownstreamTls tls = TestTls.downstream(provider);
        try (RecordingUpstream upstream = new RecordingUpstream(connection -> connection.answerAll(OK));
                ProxyFixture proxy =
                        new ProxyFixture(upstream.address(), new TlsOptions(Optional.of(tls), Optional.empty()));
                SSLSocket before = TestTls.connect(proxy.server.address());
                Client old = new Client(before)) {
            old.send(get("/a"));
            assertThat(old.read().body()).isEqualTo("ok");

            tls.replace(TlsContexts.server(TestTls.identity(TestTls.SERVER_TWO), provider));

            try (SSLSocket after = TestTls.connect(proxy.server.address())) {
                assertThat(after.getSession().getPeerCertificates()[0]).isEqualTo(TestTls.SERVER_TWO.getCertificate());
            }
            old.send(get("/b"));
            assertThat(old.read().body()).isEqualTo("ok");
            assertThat(before.getSession().getPeerCertificates()[0]).isEqualTo(TestTls.SERVER.getCertificate());
        }
    }

    @ParameterizedTest
    @EnumSource(value = SslProvider.class, names = "OPENSSL_REFCNT", mode = Mode.EXCLUDE)
    void clientThatHasSentAll_getsItsResponseWhereTlsCanBeHalfClosed(SslProvider provider) throws Exception {
        RecordingUpstream.Script slow = connection -> {
            connection.readHead();
            await().pollDelay(java.time.Duration.ofMillis(100)).until(() -> true);
            connection.write(OK);
        };
        try (RecordingUpstream upstream = new RecordingUpstream(slow);
                ProxyFixture proxy = proxy(upstream, provider);
                SSLSocket socket = TestTls.connect(proxy.server.address(), "TLSv1.3");
                Client client = new Client(socket)) {
            client.send(get("/a"));
            socket.shutdownOutput();

            // BoringSSL closes both directions at once: clients that want a response send no close_notify before it.
            assertThat(client.readAll()).endsWith(provider == SslProvider.JDK ? "\r\n\r\nok" : "");
            await().until(() -> proxy.counters.clientConnections.sum() == 0);
        }
        try (RecordingUpstream upstream = new RecordingUpstream(connection -> connection.answerAll(OK));
                ProxyFixture proxy = proxy(upstream, provider);
                SSLSocket socket = TestTls.connect(proxy.server.address());
                Client client = new Client(socket)) {
            client.send(get("/a"));
            assertThat(client.read().body()).isEqualTo("ok");
            socket.shutdownOutput();

            assertThat(client.readAll()).isEmpty();
            await().until(() -> proxy.counters.clientConnections.sum() == 0);
        }
    }

    @ParameterizedTest
    @EnumSource(value = SslProvider.class, names = "OPENSSL_REFCNT", mode = Mode.EXCLUDE)
    void answerThatEndsWithTheConnection_isWholeOnlyIfTheGatewayEndedIt(SslProvider provider) throws Exception {
        byte[] body = random(1 << 20);
        RecordingUpstream.Script untilClose = connection -> {
            boolean breaks = connection.readHead().startsWith("GET /break");
            connection.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
            connection.write(body);
            if (breaks) {
                connection.reset();
            }
        };
        try (RecordingUpstream upstream = new RecordingUpstream(untilClose);
                ProxyFixture proxy = proxy(upstream, provider)) {
            try (Client whole = client(proxy)) {
                String answer = whole.send(get("/whole")).readAll();
                assertThat(digest(
                                answer.substring(answer.length() - body.length).getBytes(StandardCharsets.ISO_8859_1)))
                        .isEqualTo(digest(body));
            }
            try (Client broken = client(proxy)) {
                broken.send(get("/break"));
                assertThatThrownBy(broken::readAll).isInstanceOf(IOException.class);
            }
        }
    }

    /** TLS reads on by itself until it has something to hand over: at the end of the stream that would be for ever. */
    @ParameterizedTest
    @CsvSource({"OPENSSL,true", "OPENSSL,false", "JDK,true", "JDK,false"})
    void clientThatLeavesWhileItsAnswerIsAwaited_takesNoTimeFromOthers(SslProvider provider, boolean sendsCloseNotify)
            throws Exception {
        AtomicLong answers = new AtomicLong();
        RecordingUpstream.Script patient = connection -> {
            while (true) {
                if (connection.readHead().startsWith("GET /slow")) {
                    await().until(() -> answers.get() > 0);
                }
                connection.write(OK);
            }
        };
        try (RecordingUpstream upstream = new RecordingUpstream(patient);
                ProxyFixture proxy = proxy(upstream, provider);
                Socket raw = new Socket(
                        proxy.server.address().getAddress(),
                        proxy.server.address().getPort());
                SSLSocket leaving = TestTls.over(raw)) {
            leaving.getOutputStream().write(get("/slow").getBytes(StandardCharsets.US_ASCII));
            await().until(() -> upstream.heads.size() == 1);
            if (sendsCloseNotify) {
                leaving.shutdownOutput();
            }
            raw.shutdownOutput();

            try (Client other = client(proxy)) {
                for (int i = 0; i < 50; i++) {
                    assertThat(other.send(get("/fast")).read().body()).isEqualTo("ok");
                }
            }

            answers.incrementAndGet();
            await().until(() -> proxy.counters.clientConnections.sum() == 0);
        }
    }

    @ParameterizedTest
    @EnumSource(value = SslProvider.class, names = "OPENSSL_REFCNT", mode = Mode.EXCLUDE)
    void draining_sendsCloseNotifyToIdleClients(SslProvider provider) throws Exception {
        try (RecordingUpstream upstream = new RecordingUpstream(connection -> connection.answerAll(OK));
                ProxyFixture proxy = proxy(upstream, provider);
                Client idle = client(proxy)) {
            idle.send(get("/a"));
            assertThat(idle.read().body()).isEqualTo("ok");

            assertThat(proxy.server.drain(60_000)).isTrue();

            assertThat(idle.readAll()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(value = SslProvider.class, names = "OPENSSL_REFCNT", mode = Mode.EXCLUDE)
    void garbageBehindAHandshake_harmsNobody(SslProvider provider) throws Exception {
        try (RecordingUpstream upstream = new RecordingUpstream(connection -> connection.answerAll(OK));
                ProxyFixture proxy = proxy(upstream, provider)) {
            InetSocketAddress address = proxy.server.address();
            try (Socket raw = new Socket(address.getAddress(), address.getPort());
                    SSLSocket layered = TestTls.over(raw)) {
                assertThat(layered.getSession().isValid()).isTrue();
                byte[] forged = new byte[5 + 64];
                Arrays.fill(forged, (byte) 1);
                System.arraycopy(new byte[] {23, 3, 3, 0, 64}, 0, forged, 0, 5);
                raw.getOutputStream().write(forged);
                // BoringSSL notices at once, and closes with the next bytes.
                raw.getOutputStream().write(forged);

                await().until(() -> proxy.counters.clientConnections.sum() == 0);
            }
            assertThat(upstream.connections()).isZero();
        }
    }
}
