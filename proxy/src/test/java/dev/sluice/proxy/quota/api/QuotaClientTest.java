package dev.sluice.proxy.quota.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.quota.client.QuotaCallException;
import dev.sluice.quota.client.QuotaClient;
import dev.sluice.quota.client.QuotaClient.Allowed;
import dev.sluice.quota.client.QuotaClient.Changed;
import dev.sluice.quota.client.QuotaClient.Viewed;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client for Java against a real quota port. */
class QuotaClientTest {
    private static final Duration CALL_MAX = Duration.ofSeconds(20);

    private QuotaFixture fixture;
    private QuotaClient client;

    @BeforeEach
    void start() throws IOException {
        fixture = QuotaFixture.inMemory().define("ns1", "r1", 10);
        client = new QuotaClient(uri(fixture.server.address()), CALL_MAX);
    }

    @AfterEach
    void stop() throws IOException {
        fixture.close();
    }

    private static URI uri(InetSocketAddress address) {
        return URI.create("http://" + address.getHostString() + ":" + address.getPort());
    }

    @Test
    void rates_areTaken_orHaveAWait() throws Exception {
        assertThat(client.allow("org", "calls", 2)).isEqualTo(new Allowed(true, true, Duration.ZERO));
        assertThat(client.allow("org", "calls", 2)).isEqualTo(new Allowed(true, false, Duration.ofSeconds(1)));
        assertThat(client.allow("org", "calls", 4).waitTime()).isNegative();
        assertThat(client.allow("org", "none", 1).isKnown()).isFalse();
        assertThat(fixture.rate.left("org", "calls")).isEqualTo(1);
    }

    @Test
    void allocations_areMade_leased_renewed_andFreed() throws Exception {
        assertThat(client.alloc("ns1", "r1", 4)).isEqualTo(new Changed(1001, true, 6, 2, 0));
        Changed leased = client.alloc("ns1", "r1", 3, Duration.ofMinutes(1), "a \"holder\"");

        assertThat(leased.isOk()).isTrue();
        assertThat(client.renew(leased.lease(), Duration.ofMinutes(2))).isTrue();
        assertThat(client.free("ns1", "r1", 3, leased.lease()).remaining()).isEqualTo(6);
        assertThat(client.renew(leased.lease(), Duration.ofMinutes(2))).isFalse();
        assertThat(client.free("ns1", "r1", 5, 0).isOk()).isFalse();
        assertThat(client.view("ns1", "r1")).isEqualTo(new Viewed(true, 4, 10, 4));
        assertThat(client.view("ns1", "none").isKnown()).isFalse();
    }

    @Test
    void namesOfAnyCharacters_areSent() throws Exception {
        assertThatThrownBy(() -> client.view("a \"b\" \n \\ é", "c"))
                .isInstanceOfSatisfying(
                        QuotaCallException.class,
                        e -> assertThat(e.httpStatus()).isEqualTo(400))
                .hasMessageContaining("control character");
        fixture.define("a \"b\" \\ é", "c", 5);
        assertThat(client.alloc("a \"b\" \\ é", "c", 5).isOk()).isTrue();
    }

    @Test
    void wrongCall_isNotRepeated() {
        assertThatThrownBy(() -> client.alloc("ns1", "r1", 0))
                .isInstanceOfSatisfying(
                        QuotaCallException.class,
                        e -> assertThat(e.httpStatus()).isEqualTo(400))
                .hasMessageContaining("tokens");
    }

    /** Between client and port: passes requests on, and ends connections instead of passing on the first responses. */
    private static final class LosingProxy implements AutoCloseable {
        private final ServerSocket listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        private final InetSocketAddress port;
        private final AtomicInteger toLose;

        LosingProxy(InetSocketAddress port, int toLose) throws IOException {
            this.port = port;
            this.toLose = new AtomicInteger(toLose);
            Thread thread = new Thread(this::run, "losing proxy");
            thread.setDaemon(true);
            thread.start();
        }

        private void run() {
            while (!listener.isClosed()) {
                try (Socket client = listener.accept();
                        Socket server = new Socket(port.getAddress(), port.getPort())) {
                    pass(client, server);
                } catch (IOException e) {
                    // the next connection
                }
            }
        }

        private void pass(Socket client, Socket server) throws IOException {
            Thread requests = new Thread(() -> copy(client, server), "requests");
            requests.setDaemon(true);
            requests.start();
            byte[] buffer = new byte[65_536];
            InputStream responses = server.getInputStream();
            for (int read = responses.read(buffer); read > 0; read = responses.read(buffer)) {
                if (toLose.getAndDecrement() > 0) {
                    return;
                }
                client.getOutputStream().write(buffer, 0, read);
            }
        }

        private static void copy(Socket from, Socket to) {
            try {
                from.getInputStream().transferTo(to.getOutputStream());
            } catch (IOException e) {
                // the other direction ends, too
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }

    @Test
    void callWhoseAnswerIsLost_isRepeated_andMadeOnce() throws Exception {
        try (LosingProxy proxy = new LosingProxy(fixture.server.address(), 3)) {
            URI uri = uri((InetSocketAddress) proxy.listener.getLocalSocketAddress());
            QuotaClient far = new QuotaClient(uri, CALL_MAX);

            assertThat(far.alloc("ns1", "r1", 4).isOk()).isTrue();
        }
        try (LosingProxy proxy = new LosingProxy(fixture.server.address(), 2)) {
            URI uri = uri((InetSocketAddress) proxy.listener.getLocalSocketAddress());

            assertThat(new QuotaClient(uri, CALL_MAX).allow("org", "calls", 1).isOk())
                    .isTrue();
        }

        assertThat(client.view("ns1", "r1").allocated()).isEqualTo(4);
        assertThat(fixture.rate.left("org", "calls")).isEqualTo(2);
    }
}
