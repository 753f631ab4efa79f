package dev.sluice.sync;

import static dev.sluice.limits.model.Dimension.CONCURRENT_REQUESTS;
import static dev.sluice.limits.model.Dimension.READ_OPS;
import static dev.sluice.sync.testing.TestUsageRegistry.ALICE;
import static dev.sluice.sync.testing.TestUsageRegistry.BOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.limits.model.SubjectId;
import dev.sluice.sync.config.SyncClocks;
import dev.sluice.sync.config.SyncConfig;
import dev.sluice.sync.discovery.LinkState;
import dev.sluice.sync.discovery.LinkStatus;
import dev.sluice.sync.peers.ChargeDelays;
import dev.sluice.sync.peers.PeerState;
import dev.sluice.sync.peers.PeerStatus;
import dev.sluice.sync.testing.TestUsageRegistry;
import dev.sluice.sync.wire.DropReason;
import dev.sluice.sync.wire.ReportCodec;
import dev.sluice.sync.wire.SampleReports;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** Real sockets on the loopback interface. */
class BusTest {
    private static final String ANY_PORT = "tcp://127.0.0.1:0";

    private final List<Bus> started = new ArrayList<>();

    @AfterEach
    void closeAll() {
        started.forEach(Bus::close);
    }

    @Test
    void twoBuses_exchangeWhatTheyAdmit() throws IOException {
        TestUsageRegistry registryA = new TestUsageRegistry();
        TestUsageRegistry registryB = new TestUsageRegistry();
        Bus a = start("a", ANY_PORT, registryA);
        Bus b = start("b", ANY_PORT, registryB, a.endpoint());
        a.setPeers(List.of(b.endpoint()));
        eventually().until(() -> receives(a, "b") && receives(b, "a"));

        registryA.admit(ALICE, READ_OPS, 5);
        registryB.admit(ALICE, READ_OPS, 7);
        registryA.admit(BOB, CONCURRENT_REQUESTS, 2);

        eventually().until(() -> registryB.charged(ALICE, READ_OPS) == 5);
        eventually().until(() -> registryA.charged(ALICE, READ_OPS) == 7);
        eventually().until(() -> registryB.charged(BOB, CONCURRENT_REQUESTS) == 2);
        assertThat(a.isHealthy(System.nanoTime())).isTrue();
        assertThat(b.peers()).singleElement().satisfies(peer -> {
            assertThat(peer.endpoint()).isEqualTo(a.endpoint());
            assertThat(peer.reports()).isPositive();
            assertThat(peer.bytes()).isPositive();
        });
        assertThat(b.stats().received().dropped())
                .allSatisfy(
                        (reason, count) -> assertThat(count).as(reason.key()).isZero());
    }

    @Test
    void whatIsAdmitted_isCountedByHowLongItTookToBeCharged() throws IOException {
        TestUsageRegistry registryA = new TestUsageRegistry();
        Bus a = start("a", ANY_PORT, registryA);
        TestUsageRegistry registryB = new TestUsageRegistry();
        Bus b = start("b", ANY_PORT, registryB, a.endpoint());
        eventually().until(() -> receives(b, "a"));

        for (int i = 1; i <= 10; i++) {
            long sum = 3 * i;
            registryA.admit(ALICE, READ_OPS, 3);
            eventually().until(() -> registryB.charged(ALICE, READ_OPS) == sum);
        }

        eventually().until(() -> b.stats().received().chargeDelays().count() == 30);
        ChargeDelays chargeDelays = b.stats().received().chargeDelays();
        assertThat(chargeDelays.unknown()).isZero();
        assertThat(chargeDelays.sumNanos()).isPositive();
        assertThat(a.stats().received().chargeDelays()).isEqualTo(ChargeDelays.NONE);
    }

    @Test
    void threeBusesThatAllListThemselves_chargeEachOtherOnce() throws IOException {
        List<TestUsageRegistry> registries =
                List.of(new TestUsageRegistry(), new TestUsageRegistry(), new TestUsageRegistry());
        List<Bus> buses = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            buses.add(start("node" + i, ANY_PORT, registries.get(i)));
        }
        List<String> all = buses.stream().map(Bus::endpoint).toList();
        buses.forEach(bus -> bus.setPeers(all));
        eventually().until(() -> buses.stream().allMatch(bus -> live(bus) == 2));

        for (int i = 0; i < 3; i++) {
            registries.get(i).admit(ALICE, READ_OPS, 1 << (4 * i));
        }

        eventually().until(() -> registries.get(0).charged(ALICE, READ_OPS) == 0x110);
        eventually().until(() -> registries.get(1).charged(ALICE, READ_OPS) == 0x101);
        eventually().until(() -> registries.get(2).charged(ALICE, READ_OPS) == 0x011);
        eventually().until(() -> buses.get(0).stats().received().dropped(DropReason.ECHO) > 0);
        assertThat(buses.get(0).stats().received().dropped(DropReason.REPLAYED)).isZero();
    }

    @Test
    void peerThatStartsLater_isFound() throws IOException {
        String later = privateEndpoint();
        TestUsageRegistry registryA = new TestUsageRegistry();
        Bus a = start("a", ANY_PORT, registryA, later);
        eventually().until(() -> a.links().stream().anyMatch(link -> link.state() == LinkState.DOWN));

        TestUsageRegistry registryB = new TestUsageRegistry();
        start("b", later, registryB);
        eventually().until(() -> receives(a, "b"));
        registryB.admit(ALICE, READ_OPS, 3);

        eventually().until(() -> registryA.charged(ALICE, READ_OPS) == 3);
        eventually().until(() -> a.links().stream().allMatch(link -> link.state() == LinkState.UP));
    }

    @Test
    void restartedPeer_isFoundAgainAndChargedOnce() throws IOException {
        String endpoint = privateEndpoint();
        TestUsageRegistry registryA = new TestUsageRegistry();
        Bus a = start("a", ANY_PORT, registryA, endpoint);
        TestUsageRegistry registryB = new TestUsageRegistry();
        Bus b = start("b", endpoint, registryB, a.endpoint());
        eventually().until(() -> receives(a, "b"));
        registryB.admit(ALICE, READ_OPS, 10);
        registryB.admit(ALICE, CONCURRENT_REQUESTS, 4);
        eventually().until(() -> registryA.charged(ALICE, READ_OPS) == 10);

        b.close();
        eventually().until(() -> registryA.charged(ALICE, CONCURRENT_REQUESTS) == 0);
        eventually().until(() -> live(a) == 0);
        TestUsageRegistry restartedRegistry = new TestUsageRegistry();
        Bus restarted = start("b", endpoint, restartedRegistry, a.endpoint());
        eventually().until(() -> receives(a, "b") && receives(restarted, "a"));
        restartedRegistry.admit(ALICE, READ_OPS, 5);
        registryA.admit(BOB, READ_OPS, 6);

        eventually().until(() -> registryA.charged(ALICE, READ_OPS) == 15);
        eventually().until(() -> restartedRegistry.charged(BOB, READ_OPS) == 6);
        eventually().until(() -> a.peers().stream().anyMatch(peer -> peer.state() == PeerState.REPLACED));
        assertThat(live(a)).isEqualTo(1);
        long ticks = restarted.stats().sent().ticks();
        eventually().until(() -> restarted.stats().sent().ticks() > ticks + 20);
        assertThat(registryA.charged(ALICE, READ_OPS)).isEqualTo(15);
    }

    @Test
    void newBusOnTheSameRegistry_reportsNothingTwice() throws IOException {
        String endpoint = privateEndpoint();
        TestUsageRegistry registryA = new TestUsageRegistry();
        Bus a = start("a", ANY_PORT, registryA, endpoint);
        TestUsageRegistry registryB = new TestUsageRegistry();
        Bus b = start("b", endpoint, registryB);
        eventually().until(() -> receives(a, "b"));
        registryB.admit(ALICE, READ_OPS, 10);
        eventually().until(() -> registryA.charged(ALICE, READ_OPS) == 10);

        b.close();
        eventually().until(() -> live(a) == 0);
        start("b", endpoint, registryB);
        eventually().until(() -> receives(a, "b"));
        registryB.admit(ALICE, READ_OPS, 1);

        eventually().until(() -> registryA.charged(ALICE, READ_OPS) > 10);
        assertThat(registryA.charged(ALICE, READ_OPS)).isEqualTo(11);
    }

    @Test
    void closingBus_reportsItsLastCountsAndItsShutdown() throws IOException {
        TestUsageRegistry registryA = new TestUsageRegistry();
        TestUsageRegistry registryB = new TestUsageRegistry();
        Bus b = start("b", ANY_PORT, registryB);
        Bus a = start("a", ANY_PORT, registryA, b.endpoint());
        eventually().until(() -> receives(a, "b"));
        registryB.admit(ALICE, READ_OPS, 9);

        b.close();

        eventually().until(() -> registryA.charged(ALICE, READ_OPS) == 9);
        eventually().until(() -> a.peers().stream().allMatch(peer -> peer.state() == PeerState.LEFT));
    }

    @Test
    void lateJoiner_getsTheFullState() throws IOException {
        int subjects = 20_000;
        TestUsageRegistry registryA = new TestUsageRegistry();
        Bus a = start("a", ANY_PORT, registryA);
        for (int i = 0; i < subjects; i++) {
            registryA.admit(new SubjectId(i, i), READ_OPS, 1);
        }
        eventually().until(() -> a.stats().sent().subjects() == subjects);
        assertThat(a.stats().sent().fullTicks()).isZero();

        Bus late = start("late", ANY_PORT, new TestUsageRegistry(), a.endpoint());

        eventually().until(() -> late.peers().stream().anyMatch(peer -> peer.subjects() == subjects));
        assertThat(a.stats().sent().fullTicks()).isPositive();
        assertThat(a.stats().sent().subscriptions()).isPositive();
    }

    @Test
    void garbage_isCountedAndDisturbsNobody() throws IOException {
        TestUsageRegistry registryA = new TestUsageRegistry();
        TestUsageRegistry registryB = new TestUsageRegistry();
        Bus b = start("b", ANY_PORT, registryB);
        Random random = SampleReports.seeded();
        try (ZContext context = new ZContext();
                ZMQ.Socket raw = context.createSocket(SocketType.PUB)) {
            raw.bind("tcp://127.0.0.1:*");
            Bus a = start("a", ANY_PORT, registryA, raw.getLastEndpoint(), b.endpoint());
            eventually().until(() -> {
                byte[] garbage = new byte[random.nextInt(300)];
                random.nextBytes(garbage);
                raw.send(garbage);
                return a.stats().received().dropped(DropReason.MALFORMED) > 50;
            });
            raw.send(new byte[ReportCodec.REPORT_BYTES_MAX + 1]);
            eventually().until(() -> receives(a, "b"));
            registryB.admit(ALICE, READ_OPS, 2);

            eventually().until(() -> registryA.charged(ALICE, READ_OPS) == 2);
            assertThat(a.stats().subscriberRestarts()).isZero();
            assertThat(a.peers()).extracting(PeerStatus::node).containsExactly("b");
        }
    }

    @Test
    void badEndpoints_areReportedAndDisturbNobody() throws IOException {
        TestUsageRegistry registryA = new TestUsageRegistry();
        TestUsageRegistry registryB = new TestUsageRegistry();
        Bus b = start("b", ANY_PORT, registryB);
        Bus a = start("a", ANY_PORT, registryA, "nonsense", "tcp://no-such-host.invalid:7070", b.endpoint());
        eventually().until(() -> receives(a, "b"));
        registryB.admit(ALICE, READ_OPS, 2);

        eventually().until(() -> registryA.charged(ALICE, READ_OPS) == 2);
        eventually()
                .until(
                        () -> a.links().stream().map(LinkStatus::state).toList(),
                        states -> states.equals(List.of(LinkState.UP, LinkState.INVALID, LinkState.UNRESOLVED)));
        assertThat(a.links().get(1).problem()).contains("nonsense", "tcp://host:port");
    }

    @Test
    void removedPeer_fallsSilent() throws IOException {
        Bus b = start("b", ANY_PORT, new TestUsageRegistry());
        Bus a = start("a", ANY_PORT, new TestUsageRegistry(), b.endpoint());
        eventually().until(() -> receives(a, "b"));

        a.setPeers(List.of());

        eventually().until(() -> a.links().isEmpty());
        eventually().until(() -> a.peers().stream().allMatch(peer -> peer.state() == PeerState.SILENT));
    }

    @Test
    void otherCluster_isNotCharged() throws IOException {
        TestUsageRegistry registryA = new TestUsageRegistry();
        TestUsageRegistry registryB = new TestUsageRegistry();
        Bus b = start(new SyncConfig("b", ANY_PORT, "other", 20_000_000, List.of()), registryB);
        Bus a = start("a", ANY_PORT, registryA, b.endpoint());
        registryB.admit(ALICE, READ_OPS, 2);

        eventually().until(() -> a.stats().received().dropped(DropReason.CLUSTER) > 10);
        assertThat(registryA.charged(ALICE, READ_OPS)).isZero();
        assertThat(a.peers()).isEmpty();
    }

    @Test
    void otherLimitsOfAPeer_showAndItsCountsStillCount() throws IOException {
        TestUsageRegistry registryA = new TestUsageRegistry();
        TestUsageRegistry registryB = new TestUsageRegistry();
        Bus a = start("a", ANY_PORT, registryA);
        Bus b = start("b", ANY_PORT, registryB, a.endpoint());
        eventually().until(() -> receives(b, "a"));
        assertThat(b.peers()).extracting(PeerStatus::limitsFingerprint).containsExactly(0L);

        a.setLimitsFingerprint(1);
        b.setLimitsFingerprint(2);
        registryA.admit(ALICE, READ_OPS, 3);

        eventually().until(() -> registryB.charged(ALICE, READ_OPS) == 3);
        eventually().until(() -> b.peers().get(0).limitsFingerprint() == 1);
    }

    @Test
    void ipv6Loopback_works() throws IOException {
        TestUsageRegistry registryA = new TestUsageRegistry();
        TestUsageRegistry registryB = new TestUsageRegistry();
        Bus b = start("b", "tcp://[::1]:*", registryB);
        assertThat(b.endpoint()).matches("tcp://\\[.*]:[1-9][0-9]*");
        Bus a = start("a", ANY_PORT, registryA, b.endpoint());
        eventually().until(() -> receives(a, "b"));
        registryB.admit(ALICE, READ_OPS, 2);

        eventually().until(() -> registryA.charged(ALICE, READ_OPS) == 2);
    }

    @Test
    void registryThatThrows_restartsSocketsAndSyncContinues() throws IOException {
        TestUsageRegistry registryA = new TestUsageRegistry();
        TestUsageRegistry registryB = new TestUsageRegistry();
        Bus b = start("b", ANY_PORT, registryB);
        Bus a = start("a", ANY_PORT, registryA, b.endpoint());
        registryB.admit(ALICE, READ_OPS, 1);
        eventually().until(() -> receives(a, "b"));

        registryB.failNextVisit();
        eventually().until(() -> b.stats().publisherRestarts() == 1);
        registryA.failNextCharge();
        eventually().until(() -> {
            registryB.admit(ALICE, READ_OPS, 1);
            return a.stats().subscriberRestarts() == 1;
        });

        // Again and again: what is admitted while nobody listened is over when a hears b again, and stays uncharged.
        eventually().until(() -> {
            registryB.admit(BOB, READ_OPS, 3);
            return registryA.charged(BOB, READ_OPS) > 0;
        });
        assertThat(a.isHealthy(System.nanoTime())).isTrue();
    }

    @Test
    void start_endpointInUse_fails() throws IOException {
        Bus a = start("a", ANY_PORT, new TestUsageRegistry());

        assertThatThrownBy(() -> start("b", a.endpoint(), new TestUsageRegistry()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(a.endpoint());
    }

    @Test
    void start_withoutPeers_ticksAndIsHealthy() throws IOException {
        Bus a = start("a", "tcp://127.0.0.1:*", new TestUsageRegistry());

        eventually().until(() -> a.stats().sent().ticks() > 3);
        assertThat(a.problem(System.nanoTime())).isEmpty();
        assertThat(a.peers()).isEmpty();
        assertThat(a.links()).isEmpty();
    }

    private Bus start(String name, String listen, TestUsageRegistry registry, String... peers) throws IOException {
        return start(new SyncConfig(name, listen, "test", 20_000_000, List.of(peers)), registry);
    }

    private Bus start(SyncConfig config, TestUsageRegistry registry) throws IOException {
        long incarnation = ThreadLocalRandom.current().nextLong();
        Bus bus = Bus.start(config, registry, incarnation, SyncClocks.system(), new SplittableRandom(1));
        started.add(bus);
        return bus;
    }

    private static boolean receives(Bus bus, String node) {
        return bus.peers().stream().anyMatch(peer -> peer.node().equals(node) && peer.state() == PeerState.LIVE);
    }

    private static long live(Bus bus) {
        return bus.peers().stream()
                .filter(peer -> peer.state() == PeerState.LIVE)
                .count();
    }

    /** A loopback address that nobody else uses, for a port that must be known in advance. */
    private static String privateEndpoint() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return "tcp://127." + random.nextInt(1, 255) + "." + random.nextInt(256) + "." + random.nextInt(1, 255)
                + ":7070";
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20));
    }
}
