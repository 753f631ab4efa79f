package dev.sluice.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.limits.admission.Ticket;
import dev.sluice.proxy.gate.Gate;
import dev.sluice.proxy.gate.GateDecision;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.testing.ProxyFixture;
import dev.sluice.proxy.tls.TlsOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What becomes of a loop's gate beside requests. */
class GateLifeTest {
    private final List<String> events = new CopyOnWriteArrayList<>();

    private final Gate gate = new Gate() {
        @Override
        public GateDecision decide(RequestHead head, Ticket ticket, long nowNanos) {
            return GateDecision.Forward.CHARGED;
        }

        @Override
        public void sweep() {
            events.add("sweep");
            throw new IllegalStateException("a gate that fails");
        }

        @Override
        public void wipe() {
            events.add("wipe");
        }
    };

    @Test
    void gate_isSweptWithoutRequests_andWipedAtTheEnd() throws IOException {
        InetSocketAddress nowhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);
        ProxyFixture proxy = new ProxyFixture(nowhere, options -> options, TlsOptions.NONE, System::nanoTime, gate);
        await().until(() -> events.size() >= 2);
        assertThat(events).containsOnly("sweep");

        proxy.server.close();

        assertThat(events).containsOnlyOnce("wipe").endsWith("wipe");
    }
}
