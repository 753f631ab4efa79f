package dev.sluice.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class UpstreamProbeTest {
    private final AtomicReference<InetSocketAddress> address = new AtomicReference<>();
    private long nowMillis = 1_000;
    private final UpstreamProbe probe = new UpstreamProbe(address::get, 2_000, () -> nowMillis);

    private static ServerSocket gateway() throws IOException {
        return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    private void lookAt(ServerSocket gateway) {
        address.set((InetSocketAddress) gateway.getLocalSocketAddress());
        probe.look();
    }

    @Test
    void gatewayThatListens_isUp() throws IOException {
        try (ServerSocket gateway = gateway()) {
            lookAt(gateway);

            assertThat(probe.status().isUp()).isTrue();
            assertThat(probe.status().problem()).isEmpty();
        }
    }

    @Test
    void gatewayThatIsGone_isDownAtTheSecondLook_andUpAgainAtOnce() throws IOException {
        ServerSocket gone = gateway();
        lookAt(gone);
        gone.close();

        probe.look();
        assertThat(probe.status().isUp()).isTrue();
        nowMillis = 2_000;
        probe.look();
        nowMillis = 3_000;
        probe.look();

        assertThat(probe.status().isUp()).isFalse();
        assertThat(probe.status().problem()).containsIgnoringCase("refused");
        assertThat(probe.status().sinceWallMillis()).isEqualTo(2_000);
        try (ServerSocket back = gateway()) {
            lookAt(back);
            assertThat(probe.status().isUp()).isTrue();
        }
    }

    @Test
    void gatewayWhoseNameIsUnknown_isDown() {
        address.set(InetSocketAddress.createUnresolved("nowhere.invalid", 80));

        probe.look();
        probe.look();

        assertThat(probe.status().isUp()).isFalse();
        assertThat(probe.status().problem()).contains("nowhere.invalid");
    }

    @Test
    void beforeTheFirstLook_nothingIsWrong() {
        assertThat(probe.status().isUp()).isTrue();
    }
}
