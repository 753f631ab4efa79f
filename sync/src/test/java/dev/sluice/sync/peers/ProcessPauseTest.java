package dev.sluice.sync.peers;

import static dev.sluice.limits.model.Dimension.READ_OPS;
import static dev.sluice.sync.BusFixture.eventually;
import static dev.sluice.sync.BusFixture.receives;
import static dev.sluice.sync.testing.TestUsageRegistry.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sync.Bus;
import dev.sluice.sync.BusFixture;
import dev.sluice.sync.config.SyncClocks;
import dev.sluice.sync.config.SyncConfig;
import dev.sluice.sync.testing.TestUsageRegistry;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A bus whose clock jumps, as it does for a process that was stopped and goes on. */
class ProcessPauseTest {
    /** So long that nobody falls silent by being held for a moment: what is overlooked then would be so for that. */
    private static final long INTERVAL_NANOS = 300_000_000;

    private final AtomicLong stoodStillNanos = new AtomicLong();
    private final SyncClocks clocks =
            new SyncClocks(() -> System.nanoTime() + stoodStillNanos.get(), System::currentTimeMillis);

    /** Tells when the first one waits. */
    private static final class Held extends CountDownLatch {
        final CountDownLatch reached = new CountDownLatch(1);

        Held() {
            super(1);
        }

        @Override
        public void await() throws InterruptedException {
            reached.countDown();
            super.await();
        }
    }

    /** Until it shows something that it found after this call, or just before. */
    private static void awaitTurn(Bus bus) {
        List<PeerStatus> before = bus.peers();
        eventually().until(() -> bus.peers() != before);
    }

    @Test
    void busAfterAPause_takesNewBaselines_andReceivesAgain() throws IOException {
        TestUsageRegistry registryA = new TestUsageRegistry();
        TestUsageRegistry registryB = new TestUsageRegistry();
        SyncConfig config = new SyncConfig("b", BusFixture.ANY_PORT, "test", INTERVAL_NANOS, List.of());
        try (BusFixture fixture = new BusFixture(INTERVAL_NANOS);
                Bus b = Bus.start(config, registryB, 2, clocks, new SplittableRandom(1))) {
            Bus a = fixture.startWithoutKeys("a", registryA, b.endpoint());
            b.setPeers(List.of(a.endpoint()));
            registryA.admit(ALICE, READ_OPS, 1);
            eventually().until(() -> receives(b, "a") && registryB.charged(ALICE, READ_OPS) == 1);

            Held held = new Held();
            registryA.holdVisits(held);
            eventually().until(() -> held.reached.getCount() == 0);
            long subscriptions = a.stats().sent().subscriptions();
            registryA.admit(ALICE, READ_OPS, 1_000);
            stoodStillNanos.addAndGet(5_000_000_000L);
            awaitTurn(b);
            awaitTurn(b);
            held.countDown();
            eventually().until(() -> a.stats().sent().subscriptions() > subscriptions && receives(b, "a"));
            long reports = b.peers().get(0).reports();
            eventually().until(() -> b.peers().get(0).reports() > reports + 2);
            registryA.admit(ALICE, READ_OPS, 7);

            eventually().until(() -> registryB.charged(ALICE, READ_OPS) > 1);
            assertThat(registryB.charged(ALICE, READ_OPS)).isEqualTo(8);
        }
    }
}
