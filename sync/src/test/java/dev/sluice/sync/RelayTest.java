package dev.sluice.sync;

import static dev.sluice.limits.model.Dimension.READ_OPS;
import static dev.sluice.sync.BusFixture.eventually;
import static dev.sluice.sync.BusFixture.receives;
import static dev.sluice.sync.testing.TestUsageRegistry.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sync.BusFixture.Keys;
import dev.sluice.sync.config.KeyRing;
import dev.sluice.sync.config.NodeAddressing;
import dev.sluice.sync.config.SyncClocks;
import dev.sluice.sync.config.SyncConfig;
import dev.sluice.sync.discovery.LinkState;
import dev.sluice.sync.peers.PeerStatus;
import dev.sluice.sync.relay.RelayQueue;
import dev.sluice.sync.testing.TestUsageRegistry;
import dev.sluice.sync.trust.RefusedPart;
import dev.sluice.sync.wire.DropReason;
import dev.sluice.sync.wire.ReportCodec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sidecars that hear each other by relays, on real sockets. */
class RelayTest {
    private static final List<String> NAMES = List.of("a", "b", "c");

    private final BusFixture fixture = new BusFixture();
    private final List<TestUsageRegistry> registries = new ArrayList<>();
    private final List<Bus> sidecars = new ArrayList<>();
    /** Of relays: sidecars have to know them before they run. */
    private final String first = privateEndpoint();

    private final String second = privateEndpoint();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void oneRelay_allReceiveEachOtherAndChargeOnce() throws IOException {
        startSidecars(Optional.empty(), 0, first);
        Bus relay = fixture.startRelay(first, Optional.empty(), endpoints());
        eventually().until(this::allReceiveAll);

        registries.get(0).admit(ALICE, READ_OPS, 5);
        registries.get(1).admit(ALICE, READ_OPS, 7);

        eventually().until(() -> charged(0) == 7 && charged(1) == 5 && charged(2) == 12);
        assertThat(sidecars.get(0).peers()).extracting(PeerStatus::node).containsExactlyInAnyOrder("b", "c");
        assertThat(relay.stats().sent().reports()).isPositive();
        assertThat(relay.stats().sent().deferred()).isZero();
    }

    @Test
    void relay_isNoNode_andNodesBehindItCountAsKnown() throws IOException {
        startSidecars(Optional.empty(), 0, first);
        assertThat(registries.get(0).membership().known()).isEqualTo(1);
        Bus relay = fixture.startRelay(first, Optional.empty(), endpoints());
        eventually().until(() -> live(0) == 3);
        assertThat(registries.get(0).membership().known()).isEqualTo(3);

        relay.close();

        eventually().until(() -> live(0) == 1);
        assertThat(registries.get(0).membership().known()).isEqualTo(3);
        assertThat(registries.get(0).membership().fraction()).isLessThan(0.5);
    }

    @Test
    void expectedNodes_countAsKnownBeforeTheirFirstReport() throws IOException {
        startSidecars(Optional.empty(), 5, first);
        fixture.startRelay(first, Optional.empty(), endpoints());

        eventually().until(() -> live(0) == 3);

        assertThat(registries.get(0).membership().known()).isEqualTo(5);
        eventually().until(() -> registries.get(0).membership().fraction() == 1);
    }

    @Test
    void twoRelays_chargeOnce_andOneIsEnough() throws IOException {
        startSidecars(Optional.empty(), 0, first, second);
        Bus one = fixture.startRelay(first, Optional.empty(), endpoints());
        Bus other = fixture.startRelay(second, Optional.empty(), endpoints());
        eventually().until(this::allReceiveAll);
        eventually()
                .until(() -> sidecars.get(2).stats().received().dropped(DropReason.REPLAYED) > 0
                        && other.stats().sent().reports() > 0);
        registries.get(0).admit(ALICE, READ_OPS, 5);
        eventually().until(() -> charged(2) == 5);

        one.close();
        registries.get(1).admit(ALICE, READ_OPS, 7);

        eventually().until(() -> charged(0) == 7 && charged(2) == 12);
        assertThat(allReceiveAll()).isTrue();

        Bus again = fixture.startRelay(first, Optional.empty(), endpoints());
        other.close();
        registries.get(2).admit(ALICE, READ_OPS, 11);

        eventually().until(this::allReceiveAll);
        eventually().until(() -> again.stats().sent().reports() > 0);
        eventually().until(() -> {
            // What was admitted while neither relay was there is past; what comes now is charged.
            registries.get(2).admit(ALICE, READ_OPS, 1);
            return charged(0) > 7 && charged(1) > 5;
        });
        assertThat(sidecars.get(0).stats().received().refused(RefusedPart.CONTRADICTION))
                .isZero();
    }

    @Test
    void relayThatIsGone_comesBack() throws IOException {
        startSidecars(Optional.empty(), 0, first);
        Bus relay = fixture.startRelay(first, Optional.empty(), endpoints());
        eventually().until(this::allReceiveAll);
        relay.close();
        eventually().until(() -> live(0) == 1 && live(1) == 1);

        fixture.startRelay(first, Optional.empty(), endpoints());

        eventually().until(this::allReceiveAll);
    }

    @Test
    void keys_admitListedSidecarsOnly() throws IOException {
        Keys shared = Keys.make();
        Keys ofUntrusted = Keys.make();
        Optional<KeyRing> ring = Optional.of(shared.allowing(shared));
        startSidecars(ring, 0, first);
        Bus relay = fixture.startRelay(first, ring, endpoints());
        eventually().until(this::allReceiveAll);
        TestUsageRegistry registry = new TestUsageRegistry();
        Bus untrusted = fixture.startBehind(
                "stranger", Optional.of(ofUntrusted.allowing(shared, ofUntrusted)), registry, addressing(0, first));
        Bus plain = fixture.startBehind("plain", Optional.empty(), registry, addressing(0, first));
        registries.get(0).admit(ALICE, READ_OPS, 5);

        eventually().until(() -> charged(2) == 5);
        eventually().until(() -> relay.stats().sent().refused() > 0);
        relay.setPeers(List.of(
                sidecars.get(0).endpoint(), sidecars.get(1).endpoint(), untrusted.endpoint(), plain.endpoint()));
        eventually()
                .until(() -> relay.links().stream()
                                .filter(link -> link.state() != LinkState.UP)
                                .filter(link -> !link.problem().isEmpty())
                                .count()
                        == 2);

        assertThat(untrusted.stats().received().bytes()).isZero();
        assertThat(plain.stats().received().bytes()).isZero();
        assertThat(registry.charged(ALICE, READ_OPS)).isZero();
        assertThat(relay.peers()).extracting(PeerStatus::node).doesNotContain("stranger", "plain");
    }

    @Test
    void whatIsNoReport_isNotPassedOn() throws IOException {
        startSidecars(Optional.empty(), 0, first);
        SyncConfig other = new SyncConfig("alien", BusFixture.ANY_PORT, "other", BusFixture.INTERVAL_NANOS, List.of());
        try (Bus alien = Bus.start(other, new TestUsageRegistry(), 1, SyncClocks.system(), new SplittableRandom(1))) {
            List<String> all = new ArrayList<>(endpoints());
            all.add(alien.endpoint());
            Bus relay = fixture.startRelay(first, Optional.empty(), all);

            eventually().until(() -> relay.stats().received().dropped(DropReason.CLUSTER) > 0);
            eventually().until(this::allReceiveAll);

            assertThat(sidecars.get(0).stats().received().dropped(DropReason.CLUSTER))
                    .isZero();
        }
    }

    @Test
    void connectedRelays_forwardNothingTwice() throws IOException {
        startSidecars(Optional.empty(), 0, first, second);
        List<String> all = new ArrayList<>(endpoints());
        all.add(first);
        all.add(second);
        Bus one = fixture.startRelay(first, Optional.empty(), all);
        fixture.startRelay(second, Optional.empty(), all);
        eventually().until(this::allReceiveAll);

        long ticks =
                sidecars.stream().mapToLong(bus -> bus.stats().sent().reports()).sum();
        eventually().until(() -> one.stats().received().dropped(DropReason.REPLAYED) > 0);
        eventually().until(() -> one.stats().sent().reports() > 20);

        assertThat(one.stats().sent().reports())
                .isLessThanOrEqualTo(ticks
                        + sidecars.stream()
                                .mapToLong(bus -> bus.stats().sent().reports())
                                .sum());
    }

    @Test
    void queue_isBounded() {
        RelayQueue passing = new RelayQueue();
        byte[] report = new byte[ReportCodec.REPORT_BYTES_MAX];
        int fit = (int) (RelayQueue.BYTES_MAX / report.length);

        for (int i = 0; i < fit + 3; i++) {
            passing.add(report);
        }

        assertThat(passing.deferred()).isEqualTo(3);
        assertThat(passing.tickUrgent(0, 0)).hasSize(fit);
        assertThat(passing.urgentWaitNanos(0)).isEqualTo(Long.MAX_VALUE);
    }

    private void startSidecars(Optional<KeyRing> ring, int nodes, String... relays) throws IOException {
        for (String name : NAMES) {
            TestUsageRegistry registry = new TestUsageRegistry();
            registries.add(registry);
            sidecars.add(fixture.startBehind(name, ring, registry, addressing(nodes, relays)));
        }
    }

    private static NodeAddressing addressing(int nodes, String... relays) {
        return new NodeAddressing(Optional.empty(), List.of(relays), nodes);
    }

    private List<String> endpoints() {
        return sidecars.stream().map(Bus::endpoint).toList();
    }

    private boolean allReceiveAll() {
        return sidecars.stream()
                .allMatch(bus ->
                        NAMES.stream().filter(name -> receives(bus, name)).count() == NAMES.size() - 1);
    }

    private long charged(int sidecar) {
        return registries.get(sidecar).charged(ALICE, READ_OPS);
    }

    private int live(int sidecar) {
        return registries.get(sidecar).membership().live();
    }

    /** A loopback address that nobody else uses, for a port that must be known in advance. */
    private static String privateEndpoint() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return "tcp://127." + random.nextInt(1, 255) + "." + random.nextInt(256) + "." + random.nextInt(1, 255)
                + ":7071";
    }
}
