package dev.sluice.it.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.sluice.it.harness.process.LoopbackHosts;
import dev.sluice.it.harness.process.Prerequisite;
import dev.sluice.it.harness.process.ShellCommand;
import dev.sluice.it.harness.process.SourceTree;
import dev.sluice.it.harness.s3.RgwRelease;
import dev.sluice.it.harness.s3.RgwTestBed;
import dev.sluice.it.harness.sidecar.AdminPort;
import dev.sluice.it.harness.sidecar.SidecarProcess;
import dev.sluice.it.harness.sidecar.SidecarSetup;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Discovery of peers by the service map of a real Ceph with a manager, whose gateways stop and start. Each gateway runs with
 * its own host name (in a UTS namespace, so as root only). The name is an address of this machine where its sidecar listens.
 * It waits for Ceph nearly all the time, so it runs beside other classes.
 */
@Execution(ExecutionMode.CONCURRENT)
class ServiceMapIT {
    /** A stopped gateway stays in the map for half a minute. */
    private static final Duration MAP_DEADLINE = Duration.ofSeconds(120);

    private static final Duration START_DEADLINE = Duration.ofMinutes(3);
    private static final int PORT_TAKEN = 3;

    private final String host2 = LoopbackHosts.host();
    private final String host3 = LoopbackHosts.host();
    private final List<SidecarProcess> sidecars = new ArrayList<>();
    private final Map<String, String> settings = new HashMap<>();
    private Path home;

    @BeforeEach
    void startCeph() {
        SidecarProcess.jar();
        var availability = RgwTestBed.available(RgwRelease.HOST);
        Prerequisite.require(availability.usable(), availability.reason());
        Prerequisite.require(
                "root".equals(System.getProperty("user.name")), "only root may give a process a host name of its own");
        settings.put("RGW_MGR", "1");
        Prerequisite.require(
                ShellCommand.of("ceph-mgr", "--version").run().exit() == 0
                        || script("install.sh").within(START_DEADLINE).run().exit() == 0,
                "no ceph-mgr here, and it can't be installed");
        var random = new Random();
        int exit = PORT_TAKEN;
        for (int attempt = 0; attempt < 8 && exit == PORT_TAKEN; attempt++) {
            home = Path.of(System.getProperty("java.io.tmpdir"), "sluice-map-" + Long.toHexString(random.nextLong()));
            int base = 10_000 + 64 * random.nextInt(300);
            settings.putAll(Map.of(
                    "RGW_HOME", home.toString(),
                    "RGW_ADDRESS", LoopbackHosts.host(),
                    "RGW_BASE_PORT", Integer.toString(base),
                    "RGW_PORT", Integer.toString(base + 50),
                    "RGW_OWNER", Long.toString(ProcessHandle.current().pid())));
            var started = script("start.sh", "1").within(START_DEADLINE).run();
            exit = started.exit();
            assertThat(exit).as(started.output()).isIn(0, PORT_TAKEN);
        }
    }

    @AfterEach
    void stop() {
        sidecars.forEach(SidecarProcess::close);
        if (home != null) {
            script("stop.sh", "--purge").run();
        }
    }

    @Test
    void gatewaysThatStopAndStart_takeTheirSidecarsWithThem() throws IOException {
        startGateway(2, host2);
        sidecarAt(host2);
        sidecarAt(host3);
        var a = sidecar(SidecarSetup.before(gateway()).config("""
                sluice.sync { insecure = true, discovery.ceph-service-map { port = 7070, host = hostname,
                  command = ["env", "CEPH_CONF=%s", "ceph", "service", "dump", "--format", "json"] } }
                """.formatted(home.resolve("ceph.conf"))));
        await().atMost(MAP_DEADLINE).until(() -> hasLivePeer(a, host2));
        // The first gateway has this machine's name, where no sidecar runs; that does no harm.
        assertThat(peers(a).getString("discovery.problem")).isEmpty();
        assertThat(isLinked(a, host3)).isFalse();

        startGateway(3, host3);
        await().atMost(MAP_DEADLINE).until(() -> hasLivePeer(a, host3));
        kill(3);
        await().atMost(MAP_DEADLINE).until(() -> !isLinked(a, host3));
        await().until(() -> !hasLivePeer(a, host3));
        assertThat(hasLivePeer(a, host2)).isTrue();

        // With another id, which does not matter.
        startGateway(3, host3);
        await().atMost(MAP_DEADLINE).until(() -> hasLivePeer(a, host3));
        assertThat(hasLivePeer(a, host2)).isTrue();
    }

    private URI gateway() {
        return URI.create("http://" + settings.get("RGW_ADDRESS") + ":" + settings.get("RGW_PORT"));
    }

    private SidecarProcess sidecarAt(String host) {
        return sidecar(new SidecarSetup(
                gateway(), "tcp://" + host + ":7070", "", "", List.of("-Xmx128m"), List.of(), List.of()));
    }

    private SidecarProcess sidecar(SidecarSetup setup) {
        var sidecar = setup.start();
        sidecars.add(sidecar);
        return sidecar;
    }

    private static Config peers(SidecarProcess sidecar) throws IOException {
        return ConfigFactory.parseString(AdminPort.peers(sidecar));
    }

    private static boolean hasLivePeer(SidecarProcess sidecar, String host) throws IOException {
        return peers(sidecar).getConfigList("peers").stream()
                .anyMatch(peer -> peer.getString("endpoint").contains("//" + host + ":")
                        && peer.getString("state").equals("live"));
    }

    private static boolean isLinked(SidecarProcess sidecar, String host) throws IOException {
        return peers(sidecar).getConfigList("links").stream()
                .anyMatch(link -> link.getString("endpoint").contains("//" + host + ":")
                        && link.getString("source").equals("ceph-service-map"));
    }

    /** Starts the missing ones, up to a number. */
    private void startGateway(int number, String host) {
        ShellCommand.of(
                        "unshare",
                        "--uts",
                        "sh",
                        "-c",
                        "echo \"$0\" > /proc/sys/kernel/hostname && exec \"$@\"",
                        host,
                        SourceTree.path("it-tests/rgw/start.sh").toString(),
                        Integer.toString(number))
                .with(settings)
                .within(START_DEADLINE)
                .output();
    }

    private void kill(int number) throws IOException {
        var pid = Files.readString(home.resolve("run/rgw." + number + ".pid")).strip();
        ShellCommand.of("kill", "-TERM", pid).output();
        await().until(() -> ProcessHandle.of(Long.parseLong(pid)).isEmpty());
    }

    private ShellCommand script(String name, String... arguments) {
        var words =
                new ArrayList<>(List.of(SourceTree.path("it-tests/rgw/" + name).toString()));
        words.addAll(List.of(arguments));
        return ShellCommand.of(words.toArray(new String[0])).with(settings);
    }
}
