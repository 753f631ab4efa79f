package dev.sluice.sync;

import static dev.sluice.limits.model.Dimension.READ_OPS;
import static dev.sluice.sync.BusFixture.eventually;
import static dev.sluice.sync.BusFixture.receives;
import static dev.sluice.sync.testing.TestUsageRegistry.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.SubjectId;
import dev.sluice.sync.BusFixture.Keys;
import dev.sluice.sync.discovery.LinkState;
import dev.sluice.sync.discovery.LinkStatus;
import dev.sluice.sync.peers.PeerState;
import dev.sluice.sync.testing.TestUsageRegistry;
import dev.sluice.sync.wire.DropReason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sidecars that know each other by their keys, on real sockets. */
class CurveBusTest {
    private final BusFixture fixture = new BusFixture();
    private final Keys keysA = Keys.make();
    private final Keys keysB = Keys.make();
    private final Keys keysC = Keys.make();
    private final TestUsageRegistry registryA = new TestUsageRegistry();
    private final TestUsageRegistry registryB = new TestUsageRegistry();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void nodesWithKeysOfTheirOwn_receiveEachOther() throws IOException {
        Bus a = fixture.start("a", keysA.allowing(keysC, keysB, keysA), registryA);
        Bus b = fixture.start("b", keysB.allowing(keysA, keysB, keysC), registryB, a.endpoint());
        a.setPeers(List.of(b.endpoint()));
        eventually().until(() -> receives(a, "b") && receives(b, "a"));

        registryA.admit(ALICE, READ_OPS, 5);
        registryB.admit(ALICE, READ_OPS, 7);

        eventually().until(() -> registryB.charged(ALICE, READ_OPS) == 5 && registryA.charged(ALICE, READ_OPS) == 7);
        assertThat(b.links())
                .singleElement()
                .matches(link -> link.state() == LinkState.UP)
                .matches(link -> link.problem().isEmpty());
        assertThat(a.unauthenticatedPeers()).isEmpty();
        assertThat(a.stats().sent().unauthenticated()).isZero();
    }

    @Test
    void nodesThatShareOneKeyAndListThemselves_receiveEachOther() throws IOException {
        Bus a = fixture.start("a", keysA.allowing(keysA), registryA);
        Bus b = fixture.start("b", keysA.allowing(keysA), registryB);
        List<String> both = List.of(a.endpoint(), b.endpoint());
        a.setPeers(both);
        b.setPeers(both);

        eventually().until(() -> receives(a, "b") && receives(b, "a"));
        eventually().until(() -> a.stats().received().dropped(DropReason.ECHO) > 0);
    }

    @Test
    void reportLargerThanMost_comesThrough() throws IOException {
        int subjects = 20_000;
        Bus a = fixture.start("a", keysA.allowing(keysA), registryA);
        for (int i = 0; i < subjects; i++) {
            registryA.admit(new SubjectId(i, i), READ_OPS, 1);
        }
        eventually().until(() -> a.stats().sent().subjects() == subjects);

        Bus late = fixture.start("late", keysA.allowing(keysA), registryB, a.endpoint());

        eventually().until(() -> late.peers().stream().anyMatch(peer -> peer.subjects() == subjects));
    }

    @Test
    void subscriberWhoseKeyIsNotListed_getsNothingAndIsSeen() throws IOException {
        Bus a = fixture.start("a", keysA.allowing(keysA, keysB), registryA);
        Bus untrusted = fixture.start("stranger", keysC.allowing(keysA), new TestUsageRegistry(), a.endpoint());

        eventually().until(() -> a.stats().sent().refused() > 2);

        assertThat(untrusted.stats().received().bytes()).isZero();
        assertThat(a.stats().sent().subscriptions()).isZero();
        assertThat(a.unauthenticatedPeers()).singleElement().satisfies(seen -> {
            assertThat(seen.publicKey()).isEqualTo(keysC.publicKey());
            assertThat(seen.address()).isEqualTo("127.0.0.1");
            assertThat(seen.times()).isGreaterThan(1);
        });
        eventually().until(() -> problemsOf(untrusted).contains("refuses this node's key"));
        assertThat(problemsOf(untrusted)).contains(keysC.publicKey());
    }

    @Test
    void publisherWhoseKeyIsNotListed_isNotTrusted() throws IOException {
        Bus untrusted = fixture.start("stranger", keysC.allowing(keysC, keysB), registryA);
        Bus b = fixture.start("b", keysB.allowing(keysA, keysB), registryB, untrusted.endpoint());
        registryA.admit(ALICE, READ_OPS, 5);

        eventually().until(() -> problemsOf(b).contains("none of the listed keys"));

        assertThat(b.stats().received().bytes()).isZero();
        assertThat(registryB.charged(ALICE, READ_OPS)).isZero();
    }

    @Test
    void nodesWithAndWithoutKeys_receiveNothingFromEachOther() throws IOException {
        Bus a = fixture.start("a", keysA.allowing(keysA), registryA);
        Bus plain = fixture.startWithoutKeys("plain", registryB, a.endpoint());
        a.setPeers(List.of(plain.endpoint()));

        eventually().until(() -> problemsOf(plain).contains("may need keys"));
        eventually().until(() -> problemsOf(a).contains("no keys"));

        assertThat(a.stats().received().bytes()).isZero();
        assertThat(plain.stats().received().bytes()).isZero();
    }

    @Test
    void keyThatIsListedLater_isAdmittedWithoutARestart() throws IOException {
        Bus a = fixture.start("a", keysA.allowing(keysA), registryA);
        Bus b = fixture.start("b", keysB.allowing(keysA), registryB, a.endpoint());
        eventually().until(() -> a.stats().sent().refused() > 0);

        a.setKeys(keysA.allowing(keysA, keysB));

        eventually().until(() -> receives(b, "a"));
    }

    @Test
    void secretThatIsReplaced_interruptsNobodyAndIsUsedByNewcomers() throws IOException {
        Keys next = Keys.make();
        Bus a = fixture.start("a", keysA.allowing(keysA, keysB), registryA);
        Bus b = fixture.start("b", keysB.allowing(keysA, keysB, next), registryB, a.endpoint());
        eventually().until(() -> receives(b, "a"));
        long subscriptions = a.stats().sent().subscriptions();

        a.setKeys(next.allowing(next, keysB));
        Bus late = fixture.start("late", keysB.allowing(next), new TestUsageRegistry(), a.endpoint());
        eventually().until(() -> receives(late, "a"));
        registryA.admit(ALICE, READ_OPS, 5);

        eventually().until(() -> registryB.charged(ALICE, READ_OPS) == 5);
        assertThat(a.stats().sent().subscriptions()).isEqualTo(subscriptions + 1);
    }

    @Test
    void wholeRotation_countsEverythingOnce() throws IOException {
        Keys nextA = Keys.make();
        Bus a = fixture.start("a", keysA.allowing(keysA, keysB), registryA);
        Bus b = fixture.start("b", keysB.allowing(keysA, keysB), registryB, a.endpoint());
        a.setPeers(List.of(b.endpoint()));
        eventually().until(() -> receives(a, "b") && receives(b, "a"));
        registryA.admit(ALICE, READ_OPS, 1);

        b.setKeys(keysB.allowing(keysA, keysB, nextA));
        a.setKeys(nextA.allowing(nextA, keysA, keysB));
        b.setKeys(keysB.allowing(keysB, nextA));
        a.setKeys(nextA.allowing(nextA, keysB));
        registryA.admit(ALICE, READ_OPS, 10);
        registryB.admit(ALICE, READ_OPS, 3);

        eventually().until(() -> receives(a, "b") && receives(b, "a"));
        eventually().until(() -> {
            // A gap in hearing leaves out what was admitted in it; what comes after is charged again.
            registryA.admit(ALICE, READ_OPS, 1);
            return registryB.charged(ALICE, READ_OPS) > 1;
        });
        assertThat(a.isHealthy(System.nanoTime())).isTrue();
        assertThat(a.stats().publisherRestarts()).isZero();
    }

    @Test
    void keyThatIsStruckOut_endsItsConnections() throws IOException {
        Bus a = fixture.start("a", keysA.allowing(keysA, keysB), registryA);
        Bus b = fixture.start("b", keysB.allowing(keysA, keysB), registryB, a.endpoint());
        eventually().until(() -> receives(b, "a"));

        a.setKeys(keysA.allowing(keysA));
        eventually().until(() -> a.stats().sent().refused() > 0);
        registryA.admit(ALICE, READ_OPS, 5);

        eventually().until(() -> b.peers().stream().noneMatch(peer -> peer.state() == PeerState.LIVE));
        assertThat(registryB.charged(ALICE, READ_OPS)).isZero();
    }

    @Test
    void publisherWhoseKeyIsRemoved_isNoLongerTrusted() throws IOException {
        Bus a = fixture.start("a", keysA.allowing(keysA, keysB), registryA);
        Bus b = fixture.start("b", keysB.allowing(keysA, keysB), registryB, a.endpoint());
        eventually().until(() -> receives(b, "a"));

        b.setKeys(keysB.allowing(keysB));
        eventually().until(() -> b.peers().stream().noneMatch(peer -> peer.state() == PeerState.LIVE));
        registryA.admit(ALICE, READ_OPS, 5);

        long reports = b.stats().received().reports();
        long ticks = a.stats().sent().ticks();
        eventually().until(() -> a.stats().sent().ticks() > ticks + 20);
        assertThat(b.stats().received().reports()).isEqualTo(reports);
        assertThat(registryB.charged(ALICE, READ_OPS)).isZero();
    }

    @Test
    void manyNodesWithKeysOfTheirOwn_findWhichKeyIsWhose() throws IOException {
        int nodes = 8;
        List<Keys> keys = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            keys.add(Keys.make());
        }
        Keys[] all = keys.toArray(new Keys[0]);
        List<Bus> buses = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            buses.add(fixture.start("node" + i, keys.get(i).allowing(all), new TestUsageRegistry()));
        }
        List<String> endpoints = buses.stream().map(Bus::endpoint).toList();

        buses.forEach(bus -> bus.setPeers(endpoints));

        eventually()
                .until(() -> buses.stream()
                        .allMatch(bus -> bus.peers().stream()
                                        .filter(peer -> peer.state() == PeerState.LIVE)
                                        .count()
                                == nodes - 1));
    }

    private static String problemsOf(Bus bus) {
        return bus.links().stream().map(LinkStatus::problem).toList().toString();
    }
}
