package dev.sluice.policy.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.HostPort;
import dev.sluice.common.IpAddress;
import dev.sluice.common.IpRange;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.OnPartition;
import dev.sluice.policy.hocon.ConfigProblem;
import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.listen.ListenBounds;
import dev.sluice.policy.listen.TrustedProxies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every key of a settings file and its default. */
class SettingsDefaultsTest {
    private static final String PROBES =
            GatewaySettings.DEFAULT.probes().stream().collect(Collectors.joining("\", \"", "[\"", "\"]"));
    private static final Map<String, String> DEFAULTS = new LinkedHashMap<>();

    static {
        DEFAULTS.put("node-id", "\"\"");
        DEFAULTS.put("limits-file", "\"limits.conf\"");
        DEFAULTS.put("limits-overlay", "\"limits-overlay.conf\"");
        DEFAULTS.put("state-file", "\"\"");
        DEFAULTS.put("listen.address", "\"0.0.0.0:8080\"");
        DEFAULTS.put("listen.tls.certificate-file", "\"\"");
        DEFAULTS.put("listen.tls.key-file", "\"\"");
        DEFAULTS.put("listen.trusted-proxies", "[]");
        DEFAULTS.put("listen.proxy-protocol", "off");
        DEFAULTS.put("listen.s3-domains", "[]");
        DEFAULTS.put("listen.max-head", "32 KiB");
        DEFAULTS.put("listen.idle-timeout", "60s");
        DEFAULTS.put("listen.head-timeout", "10s");
        DEFAULTS.put("listen.max-headers", "1024");
        DEFAULTS.put("listen.max-connections", "auto");
        DEFAULTS.put("listen.max-waiting", "10000");
        DEFAULTS.put("listen.max-waiting-per-subject", "2000");
        DEFAULTS.put("listen.min-rate", "1 KiB/s");
        DEFAULTS.put("listen.min-rate-period", "60s");
        DEFAULTS.put("listen.drain-lead", "0s");
        DEFAULTS.put("listen.drain-timeout", "30s");
        DEFAULTS.put("upstream.tls.ca-file", "\"\"");
        DEFAULTS.put("upstream.connect-timeout", "2s");
        DEFAULTS.put("upstream.response-timeout", "60s");
        DEFAULTS.put("upstream.idle-timeout", "30s");
        DEFAULTS.put("gateway.apis", "[s3, s3website, swift, swift_auth, admin, sts, iam, notifications]");
        DEFAULTS.put("gateway.swift-prefix", "swift");
        DEFAULTS.put("gateway.swift-auth-entry", "auth");
        DEFAULTS.put("gateway.swift-account-in-url", "off");
        DEFAULTS.put("gateway.admin-entry", "admin");
        DEFAULTS.put("gateway.probes", PROBES);
        DEFAULTS.put("identity.verify", "auto");
        DEFAULTS.put("rgw-admin.endpoint", "\"\"");
        DEFAULTS.put("rgw-admin.access-key", "\"\"");
        DEFAULTS.put("rgw-admin.secret-key-file", "\"\"");
        DEFAULTS.put("rgw-admin.refresh", "30s");
        DEFAULTS.put("rgw-admin.max-rate", "50/s");
        DEFAULTS.put("rgw-admin.limits", "shadow");
        DEFAULTS.put("rgw-admin.limits-are", "zone");
        DEFAULTS.put("rgw-admin.limits-interval", "60s");
        DEFAULTS.put("sync.listen", "\"tcp://127.0.0.1:7070\"");
        DEFAULTS.put("sync.advertise", "\"\"");
        DEFAULTS.put("sync.max-rate", "2.5 MB/s");
        DEFAULTS.put("sync.relays", "[]");
        DEFAULTS.put("sync.nodes", "0");
        DEFAULTS.put("sync.cluster", "\"default\"");
        DEFAULTS.put("sync.interval", "100ms");
        DEFAULTS.put("sync.peers", "[]");
        DEFAULTS.put("sync.discovery", "{}");
        DEFAULTS.put("sync.on-partition", "auto");
        DEFAULTS.put("sync.insecure", "false");
        DEFAULTS.put("sync.curve.secret-key-file", "\"\"");
        DEFAULTS.put("sync.curve.allowed-keys-dir", "\"\"");
        DEFAULTS.put("admin.address", "\"127.0.0.1:9090\"");
        DEFAULTS.put("admin.token-file", "\"\"");
        DEFAULTS.put("admin.hosts", "[]");
        DEFAULTS.put("admin.limit-series", "20");
        DEFAULTS.put("access-log.file", "\"\"");
        DEFAULTS.put("access-log.format", "json");
        DEFAULTS.put("access-log.sample", "1");
        DEFAULTS.put("access-log.max-size", "100 MiB");
        DEFAULTS.put("access-log.keep", "5");
        DEFAULTS.put("quota.listen", "\"\"");
        DEFAULTS.put("quota.token-file", "\"\"");
        DEFAULTS.put("quota.tls.certificate-file", "\"\"");
        DEFAULTS.put("quota.tls.key-file", "\"\"");
        DEFAULTS.put("quota.tls.ca-file", "\"\"");
        DEFAULTS.put("quota.roles", "[proxy, rate, alloc]");
        DEFAULTS.put("quota.quotas-file", "\"quotas.conf\"");
        DEFAULTS.put("quota.quotas-overlay", "\"quotas-overlay.conf\"");
        DEFAULTS.put("quota.max-connections", "auto");
        DEFAULTS.put("quota.max-body", "64 KiB");
        DEFAULTS.put("quota.max-batch", "1000");
        DEFAULTS.put("quota.envoy.listen", "\"\"");
        DEFAULTS.put("quota.envoy.shadow", "off");
        DEFAULTS.put("quota.alloc.backend", "memory");
        DEFAULTS.put("quota.alloc.dir", "\"data\"");
        DEFAULTS.put("quota.alloc.idempotency.keep", "15m");
        DEFAULTS.put("quota.alloc.idempotency.most", "1000000");
    }

    @TempDir
    Path dir;

    @Test
    void settings_haveTheseDefaults() throws IOException {
        Settings settings = load("");

        assertThat(settings.nodeId()).isNotBlank();
        assertThat(settings.limitsFile()).isEqualTo(dir.resolve("limits.conf"));
        assertThat(settings.limitsOverlay()).contains(dir.resolve("limits-overlay.conf"));
        assertThat(settings.stateFile()).isEmpty();
        assertThat(settings.listen())
                .isEqualTo(new Settings.Listen(
                        new HostPort("0.0.0.0", 8080),
                        List.of(),
                        32768,
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(10),
                        TrustedProxies.NONE,
                        new ListenBounds(
                                1024,
                                OptionalInt.empty(),
                                10_000,
                                2_000,
                                1024,
                                Duration.ofSeconds(60),
                                Duration.ZERO,
                                Duration.ofSeconds(30)),
                        Optional.empty()));
        assertThat(settings.upstream())
                .isEqualTo(new Settings.Upstream(
                        new HostPort("127.0.0.1", 7480),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(30),
                        Optional.empty()));
        assertThat(settings.sync())
                .isEqualTo(new Settings.Sync(
                        Optional.of(new HostPort("127.0.0.1", 7070)), "default", Duration.ofMillis(100), List.of()));
        assertThat(settings.admin()).isEqualTo(new Settings.Admin(new HostPort("127.0.0.1", 9090), Optional.empty()));
    }

    @Test
    void everyDefault_canBeWrittenOut() throws IOException {
        StringBuilder text = new StringBuilder();
        DEFAULTS.forEach(
                (key, value) -> text.append(key).append(" = ").append(value).append('\n'));

        assertThat(load(text.toString())).isEqualTo(load(""));
    }

    @Test
    void noOtherKey_isKnown() throws IOException {
        Map<String, TreeSet<String>> children = new TreeMap<>();
        for (String key : List.copyOf(DEFAULTS.keySet())) {
            String path = key;
            while (!path.isEmpty()) {
                int dot = path.lastIndexOf('.');
                String parent = dot < 0 ? "" : path.substring(0, dot);
                children.computeIfAbsent(parent, unused -> new TreeSet<>()).add(path.substring(dot + 1));
                path = parent;
            }
        }
        children.get("upstream").add("address");

        for (Map.Entry<String, TreeSet<String>> entry : children.entrySet()) {
            String parent = entry.getKey().isEmpty() ? "" : entry.getKey() + ".";
            ConfigProblem problem = check(parent + "qqqqqqqqqq = 1").problems().get(0);

            String known = problem.hint().substring("known keys: ".length());
            assertThat(new TreeSet<>(List.of(known.split(", ")))).isEqualTo(entry.getValue());
        }
    }

    @Test
    void everyKey_isInTheGuide() throws IOException {
        String guide = Files.readString(Path.of("..", "docs", "configuration.md"));

        assertThat(DEFAULTS.keySet()).allSatisfy(key -> assertThat(guide).contains("| `" + key + "` |"));
        assertThat(guide).contains("| `upstream.address` |");
        for (int i = 0; i < Dimension.count(); i++) {
            if (Dimension.at(i).isOfRequests()) {
                assertThat(guide).contains("| `" + Dimension.at(i).key() + "` |");
            }
        }
    }

    @Test
    void everyKeyThatIsActedOn_canBeSet() throws IOException {
        Files.writeString(dir.resolve("token"), "0123456789abcdef\n");

        Settings settings = load("""
                node-id = rgw1
                listen { address = "[::1]:0", s3-domains = [S3.Example.com], max-head = 16 KiB,
                         idle-timeout = 1m, head-timeout = 5s, max-headers = 64, max-connections = 500,
                         max-waiting = 30, max-waiting-per-subject = 20,
                         min-rate = 0/s, min-rate-period = 10s, drain-lead = 5s, drain-timeout = 20s,
                         trusted-proxies = [10.0.0.1, "2001:db8::/32"], proxy-protocol = on }
                upstream { connect-timeout = 1s, response-timeout = 2s, idle-timeout = 3s }
                sync { listen = "tcp://127.0.0.1:0", cluster = blue, interval = 50ms, peers = ["tcp://rgw2:7070"],
                       insecure = true, on-partition = quorum }
                admin { address = "0.0.0.0:0", token-file = token }
                """);

        assertThat(settings.nodeId()).isEqualTo("rgw1");
        assertThat(settings.listen())
                .isEqualTo(new Settings.Listen(
                        new HostPort("::1", 0),
                        List.of("s3.example.com"),
                        16384,
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(5),
                        new TrustedProxies(
                                List.of(
                                        new IpRange(IpAddress.parse("10.0.0.1").orElseThrow(), 128),
                                        new IpRange(
                                                IpAddress.parse("2001:db8::").orElseThrow(), 32)),
                                TrustedProxies.ProxyProtocol.ON),
                        new ListenBounds(
                                64,
                                OptionalInt.of(500),
                                30,
                                20,
                                0,
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(20)),
                        Optional.empty()));
        assertThat(settings.upstream().idleTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(settings.sync())
                .isEqualTo(new Settings.Sync(
                        Optional.of(new HostPort("127.0.0.1", 0)),
                        "blue",
                        Duration.ofMillis(50),
                        List.of(new HostPort("rgw2", 7070)),
                        OnPartition.QUORUM,
                        SyncTrust.AnyPeer.INSTANCE,
                        Optional.empty()));
        assertThat(settings.sync().peers().get(0).tcpUri()).isEqualTo("tcp://rgw2:7070");
        AdminToken token = settings.admin().token().orElseThrow();
        assertThat(token.matches("0123456789abcdef")).isTrue();
        assertThat(token.matches("0123456789abcdeF")).isFalse();
        assertThat(token.matches("")).isFalse();
        assertThat(settings.toString()).doesNotContain("0123456789");
    }

    @Test
    void reach_isRead() throws IOException {
        Settings.Sync sync =
                load("sync { insecure = true, advertise = \"tcp://rgw1:7070\", max-rate = 500 kB/s, nodes = 256,"
                                + " relays = [\"tcp://relay1:7071\", \"tcp://relay2:7071\"] }")
                        .sync();

        assertThat(sync.bytesPerSecondMax()).isEqualTo(500_000);
        assertThat(sync.reach())
                .isEqualTo(new Settings.Reach(
                        Optional.of(new HostPort("rgw1", 7070)),
                        List.of(new HostPort("relay1", 7071), new HostPort("relay2", 7071)),
                        256));
    }

    @Test
    void gateway_isRead() throws IOException {
        GatewaySettings gateway = load("gateway { apis = [swift, swift_auth], swift-prefix = \"/\","
                        + " swift-auth-entry = token, swift-account-in-url = on, admin-entry = api/admin,"
                        + " probes = [\"GET /up\", \"HEAD / Some Agent/1\"] }")
                .gateway();

        assertThat(gateway)
                .isEqualTo(new GatewaySettings(
                        Set.of("swift", "swift_auth"),
                        "",
                        "token",
                        "api/admin",
                        true,
                        List.of("GET /up", "HEAD / Some Agent/1")));
    }

    @Test
    void guide_listsTheDefaultProbes() throws IOException {
        String guide = Files.readString(Path.of("..", "docs", "configuration.md"));

        assertThat(GatewaySettings.DEFAULT.probes())
                .allSatisfy(probe -> assertThat(guide).contains("`" + probe + "`"));
    }

    @Test
    void emptySyncListen_isNoBus() throws IOException {
        assertThat(load("sync.listen = \"\"").sync().listen()).isEmpty();
    }

    private Settings load(String keys) throws IOException {
        ReadResult<Configuration> result = check(keys);
        assertThat(result.problems()).isEmpty();
        return result.value().orElseThrow().settings();
    }

    private ReadResult<Configuration> check(String keys) throws IOException {
        Files.writeString(dir.resolve("limits.conf"), "limits { }");
        return ConfigCheck.check(Files.writeString(
                dir.resolve("sluice.conf"), "sluice {\nupstream { address = \"127.0.0.1:7480\" }\n" + keys + "\n}\n"));
    }
}
