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
import dev.sluice.sync.wire.ReportCodecTest;
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
        TestUsageRegistry bookA = new TestUsageRegistry();
        TestUsageRegistry bookB = new TestUsageRegistry();
        Bus a = start("a", ANY_PORT, bookA);
        Bus b = start("b", ANY_PORT, bookB, a.endpoint());
        a.setPeers(List.of(b.endpoint()));
        eventually().until(() -> receives(a, "b") && receives(b, "a"));

        bookA.admit(ALICE, READ_OPS, 5);
        bookB.admit(ALICE, READ_OPS, 7);
        bookA.admit(BOB, CONCURRENT_REQUESTS, 2);

        eventually().until(() -> bookB.charged(ALICE, READ_OPS) == 5);
        eventually().until(() -> bookA.charged(ALICE, READ_OPS) == 7);
        eventually().until(() -> bookB.charged(BOB, CONCURRENT_REQUESTS) == 2);
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
        TestUsageRegistry bookA = new TestUsageRegistry();
        Bus a = start("a", ANY_PORT, bookA);
        TestUsageRegistry bookB = new TestUsageRegistry();
        Bus b = start("b", ANY_PORT, bookB, a.endpoint());
        eventually().until(() -> receives(b, "a"));

        for (int i = 1; i <= 10; i++) {
            long sum = 3 * i;
            bookA.admit(ALICE, READ_OPS, 3);
            eventually().until(() -> bookB.charged(ALICE, READ_OPS) == sum);
        }

        eventually().until(() -> b.stats().received().chargeDelays().count() == 30);
        ChargeDelays chargeDelays = b.stats().received().chargeDelays();
        assertThat(chargeDelays.unknown()).isZero();
        assertThat(chargeDelays.sumNanos()).isPositive();
        assertThat(a.stats().received().chargeDelays()).isEqualTo(ChargeDelays.NONE);
    }

    @Test
    void threeBusesThatAllListThemselves_chargeEachOtherOnce() throws IOException {
        List<TestUsageRegistry> books =
                List.of(new TestUsageRegistry(), new TestUsageRegistry(), new TestUsageRegistry());
        List<Bus> buses = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            buses.add(start("node" + i, ANY_PORT, books.get(i)));
        }
        List<String> all = buses.stream().map(Bus::endpoint).toList();
        buses.forEach(bus -> bus.setPeers(all));
        eventually().until(() -> buses.stream().allMatch(bus -> live(bus) == 2));

        for (int i = 0; i < 3; i++) {
            books.get(i).admit(ALICE, READ_OPS, 1 << (4 * i));
        }

        eventually().until(() -> books.get(0).charged(ALICE, READ_OPS) == 0x110);
        eventually().until(() -> books.get(1).charged(ALICE, READ_OPS) == 0x101);
        eventually().until(() -> books.get(2).charged(ALICE, READ_OPS) == 0x011);
        eventually().until(() -> buses.get(0).stats().received().dropped(DropReason.ECHO) > 0);
        assertThat(buses.get(0).stats().received().dropped(DropReason.REPLAYED)).isZero();
    }

    @Test
    void peerThatStartsLater_isFound() throws IOException {
        String later = privateEndpoint();
        TestUsageRegistry bookA = new TestUsageRegistry();
        Bus a = start("a", ANY_PORT, bookA, later);
        eventually().until(() -> a.links().stream().anyMatch(link -> link.state() == LinkState.DOWN));

        TestUsageRegistry bookB = new TestUsageRegistry();
        start("b", later, bookB);
        eventually().until(() -> receives(a, "b"));
        bookB.admit(ALICE, READ_OPS, 3);

        eventually().until(() -> bookA.charged(ALICE, READ_OPS) == 3);
        eventually().until(() -> a.links().stream().allMatch(link -> link.state() == LinkState.UP));
    }

    @Test
    void restartedPeer_isFoundAgainAndChargedOnce() throws IOException {
        String endpoint = privateEndpoint();
        TestUsageRegistry bookA = new TestUsageRegistry();
        Bus a = start("a", ANY_PORT, bookA, endpoint);
        TestUsageRegistry bookB = new TestUsageRegistry();
        Bus b = start("b", endpoint, bookB, a.endpoint());
        eventually().until(() -> receives(a, "b"));
        bookB.admit(ALICE, READ_OPS, 10);
        bookB.admit(ALICE, CONCURRENT_REQUESTS, 4);
        eventually().until(() -> bookA.charged(ALICE, READ_OPS) == 10);

        b.close();
        eventually().until(() -> bookA.charged(ALICE, CONCURRENT_REQUESTS) == 0);
        eventually().until(() -> live(a) == 0);
        TestUsageRegistry restartedBook = new TestUsageRegistry();
        Bus restarted = start("b", endpoint, restartedBook, a.endpoint());
        eventually().until(() -> receives(a, "b") && receives(restarted, "a"));
        restartedBook.admit(ALICE, READ_OPS, 5);
        bookA.admit(BOB, READ_OPS, 6);

        eventually().until(() -> bookA.charged(ALICE, READ_OPS) == 15);
        eventually().until(() -> restartedBook.charged(BOB, READ_OPS) == 6);
        eventually().until(() -> a.peers().stream().anyMatch(peer -> peer.state() == PeerState.REPLACED));
        assertThat(live(a)).isEqualTo(1);
        long ticks = restarted.stats().sent().ticks();
        eventually().until(() -> restarted.stats().sent().ticks() > ticks + 20);
        assertThat(bookA.charged(ALICE, READ_OPS)).isEqualTo(15);
    }

    @Test
    void busMadeAnewOnTheSameBook_tellsNothingTwice() throws IOException {
        String endpoint = privateEndpoint();
        TestUsageRegistry bookA = new TestUsageRegistry();
        Bus a = start("a", ANY_PORT, bookA, endpoint);
        TestUsageRegistry bookB = new TestUsageRegistry();
        Bus b = start("b", endpoint, bookB);
        eventually().until(() -> receives(a, "b"));
        bookB.admit(ALICE, READ_OPS, 10);
        eventually().until(() -> bookA.charged(ALICE, READ_OPS) == 10);

        b.close();
        eventually().until(() -> live(a) == 0);
        start("b", endpoint, bookB);
        eventually().until(() -> receives(a, "b"));
        bookB.admit(ALICE, READ_OPS, 1);

        eventually().until(() -> bookA.charged(ALICE, READ_OPS) > 10);
        assertThat(bookA.charged(ALICE, READ_OPS)).isEqualTo(11);
    }

    @Test
    void closingBus_tellsItsLastCountsAndLeaves() throws IOException {
        TestUsageRegistry bookA = new TestUsageRegistry();
        TestUsageRegistry bookB = new TestUsageRegistry();
        Bus b = start("b", ANY_PORT, bookB);
        Bus a = start("a", ANY_PORT, bookA, b.endpoint());
        eventually().until(() -> receives(a, "b"));
        bookB.admit(ALICE, READ_OPS, 9);

        b.close();

        eventually().until(() -> bookA.charged(ALICE, READ_OPS) == 9);
        eventually().until(() -> a.peers().stream().allMatch(peer -> peer.state() == PeerState.LEFT));
    }

    @Test
    void lateJoiner_isToldEverything() throws IOException {
        int subjects = 20_000;
        TestUsageRegistry bookA = new TestUsageRegistry();
        Bus a = start("a", ANY_PORT, bookA);
        for (int i = 0; i < subjects; i++) {
            bookA.admit(new SubjectId(i, i), READ_OPS, 1);
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
        TestUsageRegistry bookA = new TestUsageRegistry();
        TestUsageRegistry bookB = new TestUsageRegistry();
        Bus b = start("b", ANY_PORT, bookB);
        Random random = ReportCodecTest.seeded();
        try (ZContext context = new ZContext();
                ZMQ.Socket raw = context.createSocket(SocketType.PUB)) {
            raw.bind("tcp://127.0.0.1:*");
            Bus a = start("a", ANY_PORT, bookA, raw.getLastEndpoint(), b.endpoint());
            eventually().until(() -> {
                byte[] garbage = new byte[random.nextInt(300)];
                random.nextBytes(garbage);
                raw.send(garbage);
                return a.stats().received().dropped(DropReason.MALFORMED) > 50;
            });
            raw.send(new byte[ReportCodec.REPORT_BYTES_MAX + 1]);
            eventually().until(() -> receives(a, "b"));
            bookB.admit(ALICE, READ_OPS, 2);

            eventually().until(() -> bookA.charged(ALICE, READ_OPS) == 2);
            assertThat(a.stats().subscriberRestarts()).isZero();
            assertThat(a.peers()).extracting(PeerStatus::node).containsExactly("b");
        }
    }

    @Test
    void badEndpoints_areReportedAndDisturbNobody() throws IOException {
        TestUsageRegistry bookA = new TestUsageRegistry();
        TestUsageRegistry bookB = new TestUsageRegistry();
        Bus b = start("b", ANY_PORT, bookB);
        Bus a = start("a", ANY_PORT, bookA, "nonsense", "tcp://no-such-host.invalid:7070", b.endpoint());
        eventually().until(() -> receives(a, "b"));
        bookB.admit(ALICE, READ_OPS, 2);

        eventually().until(() -> bookA.charged(ALICE, READ_OPS) == 2);
        eventually()
                .until(
                        () -> a.links().stream().map(LinkStatus::state).toList(),
                        states -> states.equals(List.of(
                                LinkState.UP, LinkState.INVALID, LinkState.UNRESOLVED)));
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
        TestUsageRegistry bookA = new TestUsageRegistry();
        TestUsageRegistry bookB = new TestUsageRegistry();
        Bus b = start(new SyncConfig("b", ANY_PORT, "other", 20_000_000, List.of()), bookB);
        Bus a = start("a", ANY_PORT, bookA, b.endpoint());
        bookB.admit(ALICE, READ_OPS, 2);

        eventually().until(() -> a.stats().received().dropped(DropReason.CLUSTER) > 10);
        assertThat(bookA.charged(ALICE, READ_OPS)).isZero();
        assertThat(a.peers()).isEmpty();
    }

    @Test
    void otherLimitsOfAPeer_showAndItsCountsStillCount() throws IOException {
        TestUsageRegistry bookA = new TestUsageRegistry();
        TestUsageRegistry bookB = new TestUsageRegistry();
        Bus a = start("a", ANY_PORT, bookA);
        Bus b = start("b", ANY_PORT, bookB, a.endpoint());
        eventually().until(() -> receives(b, "a"));
        assertThat(b.peers()).extracting(PeerStatus::limitsFingerprint).containsExactly(0L);

        a.setLimitsFingerprint(1);
        b.setLimitsFingerprint(2);
        bookA.admit(ALICE, READ_OPS, 3);

        eventually().until(() -> bookB.charged(ALICE, READ_OPS) == 3);
        eventually().until(() -> b.peers().get(0).limitsFingerprint() == 1);
    }

    @Test
    void ipv6Loopback_works() throws IOException {
        TestUsageRegistry bookA = new TestUsageRegistry();
        TestUsageRegistry bookB = new TestUsageRegistry();
        Bus b = start("b", "tcp://[::1]:*", bookB);
        assertThat(b.endpoint()).matches("tcp://\\[.*]:[1-9][0-9]*");
        Bus a = start("a", ANY_PORT, bookA, b.endpoint());
        eventually().until(() -> receives(a, "b"));
        bookB.admit(ALICE, READ_OPS, 2);

        eventually().until(() -> bookA.charged(ALICE, READ_OPS) == 2);
    }

    @Test
    void bookThatThrows_makesSocketsAnewAndTheExchangeGoesOn() throws IOException {
        TestUsageRegistry bookA = new TestUsageRegistry();
        TestUsageRegistry bookB = new TestUsageRegistry();
        Bus b = start("b", ANY_PORT, bookB);
        Bus a = start("a", ANY_PORT, bookA, b.endpoint());
        bookB.admit(ALICE, READ_OPS, 1);
        eventually().until(() -> receives(a, "b"));

        bookB.failNextVisit();
        eventually().until(() -> b.stats().publisherRestarts() == 1);
        bookA.failNextCharge();
        eventually().until(() -> {
            bookB.admit(ALICE, READ_OPS, 1);
            return a.stats().subscriberRestarts() == 1;
        });

        // Again and again: what is admitted while nobody listened is over when a hears b again, and stays uncharged.
        eventually().until(() -> {
            bookB.admit(BOB, READ_OPS, 3);
            return bookA.charged(BOB, READ_OPS) > 0;
        });
        assertThat(a.isHealthy(System.nanoTime())).isTrue();
    }

    @Test
    void start_endpointInUse_saysSo() throws IOException {
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
        return bus.peers().stream().filter(peer -> peer.state() == PeerState.LIVE).count();
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
