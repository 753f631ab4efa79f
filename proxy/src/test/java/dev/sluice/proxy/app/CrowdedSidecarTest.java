package dev.sluice.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.testing.RawHttp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One client that takes all connections it can get, on both ports, and others that must be served all the same. */
class CrowdedSidecarTest extends SidecarFixture {
    private static final int READ_TIMEOUT_MILLIS = 20_000;

    private final List<Socket> crowd = new ArrayList<>();

    @AfterEach
    void closeCrowd() throws IOException {
        for (Socket socket : crowd) {
            socket.close();
        }
    }

    /** Idle connections, with a part of a request on every tenth. */
    private void crowd(InetSocketAddress port, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            Socket socket = new Socket(port.getAddress(), port.getPort());
            crowd.add(socket);
            if (i % 10 == 0) {
                socket.getOutputStream().write("GET /he".getBytes(StandardCharsets.US_ASCII));
            }
        }
    }

    private static String getFrom(String address, InetSocketAddress port) throws IOException {
        try (Socket socket = new Socket(port.getAddress(), port.getPort(), InetAddress.getByName(address), 0)) {
            socket.setSoTimeout(READ_TIMEOUT_MILLIS);
            socket.getOutputStream()
                    .write(("GET /bucket/key HTTP/1.1\r\nHost: s3\r\nConnection: close\r\n"
                                    + "Authorization: AWS4-HMAC-SHA256 Credential=AKIDFREE/20260101/default/s3/aws4_request,"
                                    + " SignedHeaders=host, Signature=5e5510n\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void probesAndOtherClients_areServed_whileBothPortsAreFull() throws Exception {
        more = "listen.max-connections = 40";
        try (Sidecar sidecar = start("a")) {
            crowd(sidecar.listenAddress(), 80);
            crowd(sidecar.adminAddress(), 400);

            for (String probe : List.of("/ping", "/ready", "/healthz")) {
                assertThat(RawHttp.request(sidecar.adminAddress(), "GET", probe, ""))
                        .as(probe)
                        .startsWith("HTTP/1.1 200 ");
            }
            assertThat(getFrom("127.0.0.2", sidecar.listenAddress())).startsWith("HTTP/1.1 200 ");
            assertThat(metrics(sidecar)).contains("sluice_client_connections_max 40.0");
        }
    }
}
