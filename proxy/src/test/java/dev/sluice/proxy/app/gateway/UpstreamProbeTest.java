package dev.sluice.proxy.app.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.upstream.GatewayAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class UpstreamProbeTest {
    private final AtomicReference<InetSocketAddress> address = new AtomicReference<>();
    private long nowMillis = 1_000;
    private final UpstreamProbe probe =
            new UpstreamProbe("rgw:80", GatewayAddresses.of(address::get), 2_000, () -> nowMillis);

    private static ServerSocket gateway() throws IOException {
        return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    private void probe(ServerSocket gateway) {
        address.set((InetSocketAddress) gateway.getLocalSocketAddress());
        probe.probe();
    }

    @Test
    void gatewayThatListens_isUp() throws IOException {
        try (ServerSocket gateway = gateway()) {
            probe(gateway);

            assertThat(probe.status().isUp()).isTrue();
            assertThat(probe.status().problem()).isEmpty();
        }
    }

    @Test
    void gatewayThatIsGone_isDownAtTheSecondProbe_andUpAgainAtOnce() throws IOException {
        ServerSocket gone = gateway();
        probe(gone);
        gone.close();

        probe.probe();
        assertThat(probe.status().isUp()).isTrue();
        nowMillis = 2_000;
        probe.probe();
        nowMillis = 3_000;
        probe.probe();

        assertThat(probe.status().isUp()).isFalse();
        assertThat(probe.status().problem()).containsIgnoringCase("refused");
        assertThat(probe.status().sinceWallMillis()).isEqualTo(2_000);
        try (ServerSocket back = gateway()) {
            probe(back);
            assertThat(probe.status().isUp()).isTrue();
        }
    }

    @Test
    void gatewayWhoseNameIsUnknown_isDown() {
        address.set(InetSocketAddress.createUnresolved("nowhere.invalid", 80));

        probe.probe();
        probe.probe();

        assertThat(probe.status().isUp()).isFalse();
        assertThat(probe.status().problem()).contains("nowhere.invalid");
    }

    @Test
    void beforeTheFirstProbe_nothingIsWrong() {
        assertThat(probe.status().isUp()).isTrue();
    }
}
