package dev.sluice.it.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.it.harness.net.SteadyLoad;
import dev.sluice.it.harness.net.WireHttpClient;
import dev.sluice.it.harness.process.LoopbackHosts;
import dev.sluice.it.harness.process.Prerequisite;
import dev.sluice.it.harness.process.ShellCommand;
import dev.sluice.it.harness.process.SourceTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three real Envoys, each with a Sluice of its own as rate limit service, and one limit for all of them. */
class EnvoyIT {
    private static final boolean IS_STRICT = Boolean.getBoolean("sluice.strict");
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final int NODES = 3;
    /** So little that a busy machine reaches it, too. */
    private static final int LIMIT = IS_STRICT ? 200 : 30;

    private static final int OFFERED_BY_EACH = 300;
    private static final int SECONDS = IS_STRICT ? 20 : 6;
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int SYNC_PORT = 7070;
    private static final int ENVOY_PORT = 8081;
    private static final String TOKEN = "a-token-for-envoy-and-nobody-else";
    private static final String QUOTAS = """
            rate {
              "edge/path" {
                "/limited" { algorithm = window, unit = second, requests-per-unit = %d }
                "*" { algorithm = token-bucket, unit = day, requests-per-unit = 2 }
              }
            }
            """.formatted(LIMIT);

    @TempDir
    private static Path folder;

    private static Path program;

    @BeforeAll
    static void install() {
        Prerequisite.require(Files.exists(Path.of("/etc/debian_version")), "Envoy is installed with pip of Debian");
        var install = ShellCommand.of(
                        SourceTree.path("it-tests/clients/install.sh").toString(), "envoy")
                .within(Duration.ofMinutes(10))
                .run();
        Prerequisite.require(install.exit() == 0, "Envoy cannot be installed: " + install.output());
        program = Path.of(install.output().strip().replaceFirst("(?s).*\n", ""));
    }

    private static List<AutoCloseable> start(List<QuotaProcess> nodes, List<EnvoyProcess> envoys) throws IOException {
        List<String> hosts =
                IntStream.range(0, NODES).mapToObj(i -> LoopbackHosts.host()).toList();
        Path token = Files.writeString(folder.resolve("token"), TOKEN);
        List<AutoCloseable> all = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            String own = hosts.get(i);
            String peers = hosts.stream()
                    .filter(host -> !host.equals(own))
                    .map(host -> "\"tcp://" + host + ":" + SYNC_PORT + "\"")
                    .toList()
                    .toString();
            QuotaProcess node = new QuotaProcess(
                    folder.resolve("node" + i), """
                    sync { listen = "tcp://%s:%d", peers = %s, cluster = envoy-it }
                    quota.token-file = "%s"
                    quota.envoy.listen = "%s:%d"
                    """.formatted(own, SYNC_PORT, peers, token, own, ENVOY_PORT), QUOTAS);
            nodes.add(node);
            all.add(node);
            EnvoyProcess envoy = new EnvoyProcess(
                    program, folder.resolve("envoy" + i), LoopbackHosts.host(), own + ":" + ENVOY_PORT, TOKEN);
            envoys.add(envoy);
            all.add(0, envoy);
        }
        return all;
    }

    @Test
    void oneLimit_holdsForAllEnvoys() throws Exception {
        List<QuotaProcess> nodes = new ArrayList<>();
        List<EnvoyProcess> envoys = new ArrayList<>();
        List<AutoCloseable> all = start(nodes, envoys);
        List<SteadyLoad> loads = new ArrayList<>();
        try {
            await().atMost(DEADLINE).untilAsserted(() -> {
                for (QuotaProcess node : nodes) {
                    assertThat(node.admin("/metrics")).contains("sluice_peers_live 2.0");
                }
            });
            for (EnvoyProcess envoy : envoys) {
                loads.add(SteadyLoad.start(envoy::address, "edge", "/limited", OFFERED_BY_EACH));
            }
            await().atMost(DEADLINE)
                    .untilAsserted(() -> assertThat(loads)
                            .allSatisfy(load -> assertThat(load.rejected.sum())
                                    .as("served %d, others %d", load.servedNanos.size(), load.others.sum())
                                    .isGreaterThan(LIMIT)));
            long from = System.nanoTime() + SECOND_NANOS;
            long to = from + SECONDS * SECOND_NANOS;
            await().atMost(DEADLINE).until(() -> System.nanoTime() > to);
            loads.forEach(SteadyLoad::close);
            List<Long> served = loads.stream()
                    .flatMap(load -> load.servedNanos.stream())
                    .filter(nanos -> nanos >= from && nanos < to)
                    .sorted()
                    .toList();

            double perSecond = (double) served.size() / SECONDS;
            long fullest = fullestSecond(served);
            System.out.printf("%d Envoys: %.1f/s of %d/s, fullest second %d%n", NODES, perSecond, LIMIT, fullest);
            assertThat(loads)
                    .allSatisfy(load -> assertThat(load.others.sum())
                            .as(envoys.get(0).log())
                            .isZero());
            assertThat(perSecond)
                    .isLessThan(LIMIT * (IS_STRICT ? 1.03 : 1.2))
                    .isGreaterThan(LIMIT * (IS_STRICT ? 0.97 : 0.2));
            if (IS_STRICT) {
                assertThat(fullest).isLessThanOrEqualTo(LIMIT * 11 / 10);
            }

            // Each other path has a limit of its own; with its last token gone, all Envoys refuse.
            assertThat(statusOf(envoys.get(0), "/other")).isEqualTo(200);
            assertThat(statusOf(envoys.get(0), "/other")).isEqualTo(200);
            assertThat(statusOf(envoys.get(0), "/other")).isEqualTo(503);
            assertThat(statusOf(envoys.get(0), "/another")).isEqualTo(200);
            await().atMost(DEADLINE).until(() -> statusOf(envoys.get(1), "/other") == 503);
        } finally {
            loads.forEach(SteadyLoad::close);
            for (AutoCloseable each : all) {
                each.close();
            }
        }
    }

    private static int statusOf(EnvoyProcess envoy, String path) throws IOException {
        try (var connection = WireHttpClient.connect(envoy.address())) {
            connection.send("GET " + path + " HTTP/1.1\r\nHost: edge\r\n\r\n");
            return connection.readResponse().status();
        }
    }

    private static long fullestSecond(List<Long> served) {
        int most = 0;
        int first = 0;
        for (int last = 0; last < served.size(); last++) {
            while (served.get(last) - served.get(first) >= SECOND_NANOS) {
                first++;
            }
            most = Math.max(most, last - first + 1);
        }
        return most;
    }
}
