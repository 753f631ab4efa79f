package dev.sluice.proxy.quota.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.HostPort;
import dev.sluice.common.QuotaRole;
import dev.sluice.proxy.loop.Transport;
import dev.sluice.proxy.quota.http.QuotaHeaders;
import dev.sluice.proxy.quota.http.QuotaResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real connections to a node that the test plays. */
class NodeConnectionsTest {
    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final int DEADLINE_MILLIS = 20_000;

    private final NodeConnections connections = new NodeConnections(Transport.best(), Optional.empty());
    private ServerSocket node;

    @BeforeEach
    void listen() throws IOException {
        node = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        node.setSoTimeout(DEADLINE_MILLIS);
    }

    @AfterEach
    void close() throws IOException {
        connections.close();
        node.close();
    }

    private CompletableFuture<QuotaResponse> send(long timeoutNanos) {
        return send("x", timeoutNanos);
    }

    private CompletableFuture<QuotaResponse> send(String body, long timeoutNanos) {
        QuotaHeaders headers = new QuotaHeaders("Bearer t", "\"v1\"", "", "k1", "client", "a=b%20c", false);
        return connections.send(
                new RoleNode("n", new HostPort("127.0.0.1", node.getLocalPort()), Set.of(QuotaRole.ALLOC)),
                new ForwardRequest(
                        "POST", "/api/v1/alloc?a=b%20c", headers, body.getBytes(StandardCharsets.US_ASCII), false, ""),
                timeoutNanos);
    }

    private static String read(Socket socket, String end) throws IOException {
        socket.setSoTimeout(DEADLINE_MILLIS);
        InputStream in = socket.getInputStream();
        StringBuilder text = new StringBuilder();
        while (text.indexOf(end) < 0) {
            int octet = in.read();
            assertThat(octet).as("end after %s", text).isNotNegative();
            text.append((char) octet);
        }
        return text.toString();
    }

    private static void respond(Socket socket, String body) throws IOException {
        String head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nETag: \"v2\"\r\nSet-Cookie: no\r\n"
                + "Content-Length: " + body.length() + "\r\n\r\n";
        socket.getOutputStream().write((head + body).getBytes(StandardCharsets.US_ASCII));
    }

    private static boolean wasSent(CompletableFuture<QuotaResponse> response) {
        try {
            throw new AssertionError("a response: " + response.join());
        } catch (CompletionException e) {
            return ((ForwardFailure) e.getCause()).wasSent();
        }
    }

    @Test
    void call_passesWithItsHeaders_onAKeptConnection() throws IOException {
        CompletableFuture<QuotaResponse> first = send(TIMEOUT_NANOS);
        try (Socket socket = node.accept()) {
            String request = read(socket, "\r\n\r\nx");
            assertThat(request).startsWith("POST /api/v1/alloc?a=b%20c HTTP/1.1\r\n");
            assertThat(request.toLowerCase(Locale.ROOT))
                    .contains(
                            "authorization: bearer t\r\n",
                            "if-match: \"v1\"\r\n",
                            "idempotency-key: k1\r\n",
                            "x-sluice-forwarded: 1\r\n",
                            "content-length: 1\r\n");
            respond(socket, "{}");
            assertThat(first.join().toString())
                    .contains("200", "ETag: \"v2\"", "{}")
                    .doesNotContain("Set-Cookie");

            CompletableFuture<QuotaResponse> second = send("y", TIMEOUT_NANOS);
            read(socket, "\r\n\r\ny");
            respond(socket, "[]");
            assertThat(second.join().toString()).contains("[]");
        }
    }

    @Test
    void nodeThatRefuses_gotNothing() throws IOException {
        node.close();

        assertThat(wasSent(send(TIMEOUT_NANOS))).isFalse();
    }

    @Test
    void nodeThatEndsWithoutAResponse_mayHaveMadeTheCall() throws IOException {
        CompletableFuture<QuotaResponse> response = send(TIMEOUT_NANOS);
        try (Socket socket = node.accept()) {
            read(socket, "\r\n\r\nx");
        }

        assertThat(wasSent(response)).isTrue();
    }

    @Test
    void nodeThatIsSilent_isWaitedForUntilTheTimeout_andItsConnectionEnds() throws IOException {
        CompletableFuture<QuotaResponse> response = send(TimeUnit.MILLISECONDS.toNanos(300));
        try (Socket socket = node.accept()) {
            read(socket, "\r\n\r\nx");
            assertThat(wasSent(response)).isTrue();
            // A late response would belong to no call.
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void responseThatIsNone_failsTheCall() throws IOException {
        CompletableFuture<QuotaResponse> response = send(TIMEOUT_NANOS);
        try (Socket socket = node.accept()) {
            read(socket, "\r\n\r\nx");
            socket.getOutputStream().write("nonsense\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(wasSent(response)).isTrue();
        }
    }
}
