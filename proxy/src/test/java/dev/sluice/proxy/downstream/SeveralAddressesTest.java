package dev.sluice.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.testing.ProxyFixture;
import dev.sluice.proxy.testing.ProxyFixture.Client;
import dev.sluice.proxy.testing.RecordingUpstream;
import dev.sluice.proxy.upstream.GatewayAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A gateway whose name has several addresses. */
class SeveralAddressesTest {
    private static final String REQUEST = "GET /b/k HTTP/1.1\r\nHost: s3\r\nConnection: close\r\n\r\n";

    private final List<InetSocketAddress> failed = Collections.synchronizedList(new ArrayList<>());
    private final List<InetSocketAddress> connected = Collections.synchronizedList(new ArrayList<>());

    private GatewayAddresses all(InetSocketAddress... candidates) {
        return new GatewayAddresses() {
            @Override
            public List<InetSocketAddress> candidates() {
                return List.of(candidates);
            }

            @Override
            public void onConnected(InetSocketAddress address) {
                connected.add(address);
            }

            @Override
            public void onFailed(InetSocketAddress address) {
                failed.add(address);
            }
        };
    }

    private static InetSocketAddress closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return (InetSocketAddress) socket.getLocalSocketAddress();
        }
    }

    private static ProxyFixture before(GatewayAddresses addresses) throws IOException {
        return new ProxyFixture(
                new InetSocketAddress(0),
                o -> new ProxyOptions(
                        o.listen(),
                        addresses,
                        o.eventLoops(),
                        o.maxHeadBytes(),
                        o.headTimeoutNanos(),
                        o.idleTimeoutNanos(),
                        o.connectTimeoutNanos(),
                        o.responseTimeoutNanos(),
                        o.upstreamIdleNanos()));
    }

    @Test
    void addressThatRefuses_isPassedOver() throws Exception {
        InetSocketAddress gone = closedPort();
        try (RecordingUpstream upstream = new RecordingUpstream(connection -> {
                    connection.readHead();
                    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                });
                ProxyFixture proxy = before(all(gone, upstream.address()));
                Client client = proxy.client()) {
            client.send(REQUEST);

            assertThat(client.readAll()).startsWith("HTTP/1.1 200 OK").endsWith("ok");
            assertThat(failed).containsExactly(gone);
            assertThat(connected).containsExactly(upstream.address());
            assertThat(proxy.counters.upstreamFailed.sum()).isZero();
        }
    }

    @Test
    void whereAllAddressesRefuse_theClientGetsOne502() throws Exception {
        InetSocketAddress first = closedPort();
        InetSocketAddress second = closedPort();
        try (ProxyFixture proxy = before(all(first, second));
                Client client = proxy.client()) {
            client.send(REQUEST);

            assertThat(client.readAll()).startsWith("HTTP/1.1 502 ").contains("can not be reached");
            assertThat(failed).containsExactly(first, second);
            assertThat(proxy.counters.upstreamFailed.sum()).isEqualTo(1);
            assertThat(proxy.counters.upstreamUnreachable.sum()).isEqualTo(1);
        }
    }
}
