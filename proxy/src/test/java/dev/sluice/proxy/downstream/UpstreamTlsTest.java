package dev.sluice.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.proxy.testing.ProxyFixture;
import dev.sluice.proxy.testing.ProxyFixture.Client;
import dev.sluice.proxy.testing.ProxyFixture.ClientResponse;
import dev.sluice.proxy.testing.RecordingUpstream;
import dev.sluice.proxy.testing.TestTls;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;

/** A gateway that is reached by TLS, with either provider. */
class UpstreamTlsTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String GET = "GET /a HTTP/1.1\r\nHost: s3\r\n\r\n";

    private static RecordingUpstream gateway(X509Bundle certificate, RecordingUpstream.Script script)
            throws IOException {
        return gateway(certificate, "TLSv1.3", script);
    }

    private static RecordingUpstream gateway(X509Bundle certificate, String protocol, RecordingUpstream.Script script)
            throws IOException {
        return new RecordingUpstream(new Listener(certificate, protocol), script);
    }

    /** Puts TLS over sockets of its own, which can be closed below it. */
    private static final class Listener extends ServerSocket {
        private final SSLContext context;
        private final String protocol;
        private volatile Socket lastRaw = new Socket();

        Listener(X509Bundle certificate, String protocol) throws IOException {
            super(0, 50, InetAddress.getLoopbackAddress());
            this.context = TestTls.server(certificate);
            this.protocol = protocol;
        }

        @Override
        public Socket accept() throws IOException {
            Socket raw = super.accept();
            lastRaw = raw;
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(raw, null, raw.getPort(), true);
            socket.setUseClientMode(false);
            socket.setEnabledProtocols(new String[] {protocol});
            return socket;
        }
    }

    private static ProxyFixture proxy(RecordingUpstream gateway, SslProvider provider) throws IOException {
        return new ProxyFixture(gateway.address(), TestTls.toGateway(gateway.address(), provider));
    }

    static Stream<Arguments> providersAndProtocols() {
        return Stream.of(SslProvider.OPENSSL, SslProvider.JDK)
                .flatMap(provider -> Stream.of("TLSv1.3", "TLSv1.2").map(tls -> Arguments.of(provider, tls)));
    }

    @ParameterizedTest
    @MethodSource("providersAndProtocols")
    void connection_isReusedAndAskedForByName(SslProvider provider, String protocol) throws Exception {
        List<List<SNIServerName>> names = new ArrayList<>();
        RecordingUpstream.Script script = connection -> {
            connection.readHead();
            names.add(((ExtendedSSLSession) ((SSLSocket) connection.socket()).getSession()).getRequestedServerNames());
            connection.write(OK);
            connection.answerAll(OK);
        };
        try (RecordingUpstream gateway = gateway(TestTls.SERVER, protocol, script);
                ProxyFixture proxy = proxy(gateway, provider);
                Client client = proxy.client()) {
            for (int i = 0; i < 20; i++) {
                assertThat(client.send(GET).read().body()).isEqualTo("ok");
            }

            assertThat(gateway.connections()).isEqualTo(1);
            assertThat(names).containsExactly(List.of(new SNIHostName("localhost")));
            assertThat(proxy.counters.upstreamHandshakesFailed.sum()).isZero();
        }
    }

    static Stream<Arguments> impostors() {
        return Stream.of(SslProvider.OPENSSL, SslProvider.JDK)
                .flatMap(provider -> Stream.of(
                        Arguments.of(
                                "of an authority that is not trusted",
                                TestTls.issued("x", TestTls.UNTRUSTED),
                                provider),
                        Arguments.of("its own authority", TestTls.UNTRUSTED, provider),
                        Arguments.of(
                                "for another host",
                                TestTls.issuedFor("other.example.com", TestTls.AUTHORITY),
                                provider),
                        Arguments.of("expired", TestTls.expired(TestTls.AUTHORITY), provider)));
    }

    @ParameterizedTest(name = "{0}, {2}")
    @MethodSource("impostors")
    void gatewayThatCannotProveItself_getsNoRequest(String what, X509Bundle certificate, SslProvider provider)
            throws Exception {
        try (RecordingUpstream gateway = gateway(certificate, connection -> connection.answerAll(OK));
                ProxyFixture proxy = proxy(gateway, provider);
                Client client = proxy.client()) {
            ClientResponse answer = client.send(GET).read();

            assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 502 Bad Gateway");
            assertThat(answer.body()).contains("<Code>BadGateway</Code>");
            assertThat(gateway.heads).isEmpty();
            assertThat(proxy.counters.upstreamHandshakesFailed.sum()).isEqualTo(1);
            assertThat(proxy.counters.upstreamFailed.sum()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(value = SslProvider.class, names = "OPENSSL_REFCNT", mode = Mode.EXCLUDE)
    void gatewayWithoutTls_isUnreachable(SslProvider provider) throws Exception {
        try (RecordingUpstream gateway = new RecordingUpstream(connection -> {
                    connection.read(new byte[10]);
                    connection.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
                });
                ProxyFixture proxy = proxy(gateway, provider);
                Client client = proxy.client()) {
            assertThat(client.send(GET).read().statusLine()).isEqualTo("HTTP/1.1 502 Bad Gateway");
        }
    }

    @ParameterizedTest
    @EnumSource(value = SslProvider.class, names = "OPENSSL_REFCNT", mode = Mode.EXCLUDE)
    void gatewayThatNeverShakesHands_isUnreachableInTime(SslProvider provider) throws Exception {
        try (RecordingUpstream gateway = new RecordingUpstream(connection -> {
                    while (connection.read(new byte[1024]) >= 0) {
                        // accepts and sends nothing
                    }
                });
                ProxyFixture proxy = new ProxyFixture(
                        gateway.address(),
                        o -> new ProxyOptions(
                                o.listen(),
                                o.upstream(),
                                o.eventLoops(),
                                o.maxHeadBytes(),
                                o.headTimeoutNanos(),
                                o.idleTimeoutNanos(),
                                200_000_000,
                                o.responseTimeoutNanos(),
                                o.upstreamIdleNanos()),
                        TestTls.toGateway(gateway.address(), provider),
                        System::nanoTime);
                Client client = proxy.client()) {
            assertThat(client.send(GET).read().statusLine()).isEqualTo("HTTP/1.1 502 Bad Gateway");
        }
    }

    @ParameterizedTest
    @MethodSource("providersAndProtocols")
    void responseThatEndsWithTheConnection_needsACloseNotify(SslProvider provider, String protocol) throws Exception {
        String body = "x".repeat(100_000);
        Listener listener = new Listener(TestTls.SERVER, protocol);
        RecordingUpstream.Script untilClose = connection -> {
            boolean breaks = connection.readHead().startsWith("GET /break");
            connection.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body);
            if (breaks) {
                listener.lastRaw.shutdownOutput();
            }
        };
        try (listener;
                RecordingUpstream gateway = new RecordingUpstream(listener, untilClose);
                ProxyFixture proxy = proxy(gateway, provider)) {
            try (Client client = proxy.client()) {
                assertThat(client.send(GET).readAll()).endsWith("\r\n\r\n" + body);
            }
            try (Client client = proxy.client()) {
                client.send("GET /break HTTP/1.1\r\nHost: s3\r\n\r\n");

                assertThatThrownBy(client::readAll).isInstanceOf(IOException.class);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = SslProvider.class, names = "OPENSSL_REFCNT", mode = Mode.EXCLUDE)
    void bytesBehindAnAnswer_endTheConnection(SslProvider provider) throws Exception {
        RecordingUpstream.Script tooMuch = connection -> {
            boolean inOneRecord = connection.readHead().startsWith("GET /a");
            if (inOneRecord) {
                connection.write(OK + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
            } else {
                connection.write(OK);
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
            }
            while (connection.read(new byte[1024]) >= 0) {
                // until the sidecar has had enough
            }
        };
        try (RecordingUpstream gateway = gateway(TestTls.SERVER, tooMuch);
                ProxyFixture proxy = proxy(gateway, provider);
                Client client = proxy.client()) {
            assertThat(client.send(GET).read().body()).isEqualTo("ok");
            assertThat(client.send(GET).read().body()).isEqualTo("ok");
            assertThat(gateway.connections()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @MethodSource("providersAndProtocols")
    void gatewayThatSendsCloseNotifyWhileIdle_isConnectedToAgain(SslProvider provider, String protocol)
            throws Exception {
        RecordingUpstream.Script once = connection -> {
            connection.readHead();
            connection.write(OK);
        };
        try (RecordingUpstream gateway = gateway(TestTls.SERVER, protocol, once);
                ProxyFixture proxy = proxy(gateway, provider);
                Client client = proxy.client()) {
            for (int i = 1; i <= 10; i++) {
                assertThat(client.send(GET).read().body()).isEqualTo("ok");
            }
            assertThat(gateway.connections()).isEqualTo(10);
        }
    }

    @ParameterizedTest
    @MethodSource("providersAndProtocols")
    void earlyAnswerToAnUpload_isPassedOn(SslProvider provider, String protocol) throws Exception {
        RecordingUpstream.Script busy = connection -> {
            connection.readHead();
            connection.read(new byte[10_000]);
            connection.write("HTTP/1.1 503 Slow Down\r\nContent-Length: 4\r\n\r\nslow");
        };
        try (RecordingUpstream gateway = gateway(TestTls.SERVER, protocol, busy);
                ProxyFixture proxy = proxy(gateway, provider)) {
            for (int i = 0; i < 20; i++) {
                try (Client client = proxy.client()) {
                    client.send("PUT /b/k HTTP/1.1\r\nHost: s3\r\nContent-Length: 8388608\r\n\r\n");
                    client.send(new byte[8388608]);

                    assertThat(client.readAll())
                            .startsWith("HTTP/1.1 503 Slow Down\r\n")
                            .endsWith("slow");
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("providersAndProtocols")
    void largeBodies_passUnchangedInBothDirections(SslProvider provider, String protocol) throws Exception {
        byte[] body = new byte[8 << 20];
        new Random(11).nextBytes(body);
        RecordingUpstream.Script echo = connection -> {
            connection.readHead();
            byte[] uploaded = connection.readBody(body.length);
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n");
            connection.write(uploaded);
        };
        try (RecordingUpstream gateway = gateway(TestTls.SERVER, protocol, echo);
                ProxyFixture proxy = proxy(gateway, provider);
                Client client = proxy.client()) {
            client.send("PUT /b/k HTTP/1.1\r\nHost: s3\r\nContent-Length: " + body.length + "\r\n\r\n");
            client.send(body);

            byte[] echoed = client.read().body().getBytes(StandardCharsets.ISO_8859_1);

            assertThat(echoed).isEqualTo(body);
        }
    }

    @ParameterizedTest
    @EnumSource(value = SslProvider.class, names = "OPENSSL_REFCNT", mode = Mode.EXCLUDE)
    void clientThatLeaves_endsTheGatewaysConnection(SslProvider provider) throws Exception {
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                RecordingUpstream gateway = gateway(TestTls.SERVER, connection -> {
                    connection.readHead();
                    if (connection.read(new byte[1]) < 0) {
                        closed.close();
                    }
                });
                ProxyFixture proxy = proxy(gateway, provider)) {
            try (Client client = proxy.client()) {
                client.send(GET);
                await().until(() -> !gateway.heads.isEmpty());
                client.reset();
            }

            await().until(closed::isClosed);
        }
    }
}
