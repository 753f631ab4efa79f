package dev.sluice.sync.discovery;

import static dev.sluice.limits.model.Dimension.READ_OPS;
import static dev.sluice.sync.BusFixture.eventually;
import static dev.sluice.sync.BusFixture.receives;
import static dev.sluice.sync.testing.TestUsageRegistry.ALICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.sync.Bus;
import dev.sluice.sync.BusFixture;
import dev.sluice.sync.config.Endpoint;
import dev.sluice.sync.discovery.TestDns.Service;
import dev.sluice.sync.testing.TestUsageRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Peers that are found, on real sockets. */
class DiscoveryTest {
    private static final String NAME = "_sluice._tcp.rgw.example";

    @TempDir
    Path dir;

    private final BusFixture fixture = new BusFixture();
    private final TestUsageRegistry registryA = new TestUsageRegistry();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void serviceRecords_areAllTakenWithTheirPorts() throws IOException {
        try (TestDns dns = new TestDns()) {
            dns.answer(new Service("127.0.0.1", 7070), new Service("rgw2.example", 7071));

            assertThat(new DnsDiscovery(NAME, 0, dns.servers()).find())
                    .containsExactlyInAnyOrder("tcp://127.0.0.1:7070", "tcp://rgw2.example:7071");
        }
    }

    @Test
    void nameWithoutServiceRecords_isReported() throws IOException {
        try (TestDns dns = new TestDns()) {
            assertThatThrownBy(() -> new DnsDiscovery(NAME, 0, dns.servers()).find())
                    .isInstanceOf(IOException.class)
                    .hasMessage(NAME + " is not in the DNS");
        }
    }

    @Test
    void ordinaryName_isOneEndpointForAllItsAddresses() throws IOException {
        assertThat(new DnsDiscovery("rgw.example", 7070).find()).containsExactly("tcp://rgw.example:7070");
    }

    @Test
    void peersThatAreFound_comeAndGo() throws IOException {
        try (TestDns dns = new TestDns()) {
            Bus b = fixture.startWithoutKeys("b", new TestUsageRegistry());
            Bus c = fixture.startWithoutKeys("c", new TestUsageRegistry());
            dns.answer(service(b));
            Bus a = fixture.startFinding(often(new DnsDiscovery(NAME, 0, dns.servers())), "a", registryA);
            eventually().until(() -> receives(a, "b"));
            assertThat(a.links()).singleElement().matches(link -> link.source().equals("dns"));

            dns.answer(service(b), service(c));
            eventually().until(() -> receives(a, "b") && receives(a, "c"));
            dns.answer(service(c));

            eventually().until(() -> a.links().size() == 1);
            eventually().until(() -> !receives(a, "b"));
            assertThat(receives(a, "c")).isTrue();
            // Who is silent and no longer listed is not missed: all that are known are heard.
            eventually()
                    .until(() -> registryA.membership().known() == 2
                            && registryA.membership().live() == 2);
        }
    }

    @Test
    void failedLookUp_keepsWhatWasFoundAndReportsTheProblem() throws IOException {
        try (TestDns dns = new TestDns()) {
            TestUsageRegistry registryB = new TestUsageRegistry();
            Bus b = fixture.startWithoutKeys("b", registryB);
            dns.answer(service(b));
            Bus a = fixture.startFinding(often(new DnsDiscovery(NAME, 0, dns.servers())), "a", registryA);
            eventually().until(() -> receives(a, "b"));
            assertThat(a.discovery().orElseThrow().problem()).isEmpty();

            dns.answer();
            eventually().until(() -> a.discovery().orElseThrow().problem().contains("not in the DNS"));
            dns.mute(true);
            registryB.admit(ALICE, READ_OPS, 3);

            eventually().until(() -> registryA.charged(ALICE, READ_OPS) == 3);
            assertThat(a.links()).hasSize(1);
        }
    }

    @Test
    void wrongEntriesAmongThem_disturbNobody() throws IOException {
        Bus b = fixture.startWithoutKeys("b", new TestUsageRegistry());
        AtomicReference<List<String>> found =
                new AtomicReference<>(List.of("nonsense", "tcp://no-such-host.invalid:7070", b.endpoint(), "tcp://:1"));
        Bus a = fixture.startFinding(fixed(found), "a", registryA);

        eventually().until(() -> receives(a, "b"));
        eventually().until(() -> a.links().size() == 4);
        assertThat(a.links())
                .filteredOn(link -> link.state() == LinkState.INVALID)
                .hasSize(2);
        assertThat(a.links()).allMatch(link -> link.source().equals("test"));
    }

    @Test
    void configuredPeers_areThereBesides() throws IOException {
        Bus b = fixture.startWithoutKeys("b", new TestUsageRegistry());
        Bus c = fixture.startWithoutKeys("c", new TestUsageRegistry());
        AtomicReference<List<String>> found = new AtomicReference<>(List.of(c.endpoint(), b.endpoint()));

        Bus a = fixture.startFinding(fixed(found), "a", registryA, b.endpoint());

        eventually().until(() -> receives(a, "b") && receives(a, "c"));
        assertThat(a.links()).extracting(LinkStatus::source).containsExactlyInAnyOrder("static", "test");
        found.set(List.of());
        eventually().until(() -> a.links().size() == 1);
        assertThat(receives(a, "b")).isTrue();
    }

    @Test
    void serviceMap_isFollowed() throws IOException {
        Bus b = fixture.startWithoutKeys("b", new TestUsageRegistry());
        int port = Endpoint.toConnect(b.endpoint()).port();
        Path map = Files.writeString(dir.resolve("map"), "Error ENOTSUP: no mgr");
        Discovery search = often(new ServiceMapDiscovery(List.of("cat", map.toString()), ServiceMapHost.ADDRESS, port));
        Bus a = fixture.startFinding(search, "a", registryA);
        eventually().until(() -> a.discovery().orElseThrow().problem().contains("not JSON"));

        Files.writeString(
                map, "{\"services\":{\"rgw\":{\"daemons\":{\"summary\":\"\",\"4\":{\"addr\":\"127.0.0.1:0/7\"}}}}}");
        eventually().until(() -> receives(a, "b"));
        // Another id after a restart is the same host.
        Files.writeString(
                map, "{\"services\":{\"rgw\":{\"daemons\":{\"summary\":\"\",\"9\":{\"addr\":\"127.0.0.1:0/8\"}}}}}");
        Files.writeString(map, "{\"services\":{}}");

        eventually().until(() -> a.links().isEmpty());
        eventually().until(() -> !receives(a, "b"));
    }

    private static Service service(Bus bus) {
        return new Service("127.0.0.1", Endpoint.toConnect(bus.endpoint()).port());
    }

    private static Discovery fixed(AtomicReference<List<String>> found) {
        return often(new Discovery() {
            @Override
            public String source() {
                return "test";
            }

            @Override
            public long intervalNanos() {
                return 1;
            }

            @Override
            public List<String> find() {
                return found.get();
            }
        });
    }

    /** The same search, without its long waits in between. */
    private static Discovery often(Discovery search) {
        return new Discovery() {
            @Override
            public String source() {
                return search.source();
            }

            @Override
            public long intervalNanos() {
                return BusFixture.INTERVAL_NANOS;
            }

            @Override
            public List<String> find() throws IOException, InterruptedException {
                return search.find();
            }
        };
    }
}
