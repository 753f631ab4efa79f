package dev.sluice.it.harness.s3;

import static org.assertj.core.api.Assertions.fail;

import dev.sluice.it.harness.process.LoopbackHosts;
import dev.sluice.it.harness.process.Prerequisite;
import dev.sluice.it.harness.process.ShellCommand;
import dev.sluice.it.harness.process.SourceTree;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A real Ceph with radosgw daemons, from it-tests/rgw/start.sh: one cluster per release, started once for all tests of this
 * JVM. Address and ports are random, and chosen again if they are taken. It is removed when the JVM ends, even if the JVM
 * is killed, because start.sh watches its owner.
 */
public final class RgwTestBed {
    /** Whether the test bed can be used; if not, the reason. */
    public record Availability(boolean usable, String reason) {}

    private static final int ATTEMPTS = 8;
    private static final int PORT_TAKEN = 3;
    private static final Duration INSTALL_DEADLINE = Duration.ofMinutes(10);
    private static final Duration START_DEADLINE = Duration.ofMinutes(3);
    private static final Map<RgwRelease, Availability> CHECKED = new EnumMap<>(RgwRelease.class);
    private static final Map<RgwRelease, RgwTestBed> RUNNING = new EnumMap<>(RgwRelease.class);

    private final Map<String, String> settings;
    private final Map<String, String> env;
    private int gateways;

    private RgwTestBed(Map<String, String> settings, Map<String, String> env) {
        this.settings = Map.copyOf(settings);
        this.env = Map.copyOf(env);
        this.gateways = endpoints().size();
    }

    /** Installs radosgw where that is possible. */
    public static synchronized Availability available(RgwRelease release) {
        return CHECKED.computeIfAbsent(release, RgwTestBed::check);
    }

    /** The running test bed. Without one, skips the calling test, or fails it if radosgw is required. */
    public static synchronized RgwTestBed require(RgwRelease release) {
        var availability = available(release);
        if (!availability.usable() && required() && release.unwanted().isEmpty()) {
            fail("SLUICE_RGW=required, but " + availability.reason());
        }
        Prerequisite.require(availability.usable(), availability.reason());
        return RUNNING.computeIfAbsent(release, RgwTestBed::start);
    }

    static boolean required() {
        return "required".equals(System.getenv("SLUICE_RGW"));
    }

    /** An endpoint for each gateway; all serve the same users and buckets. */
    List<URI> endpoints() {
        return Arrays.stream(value("RGW_ENDPOINTS").split(" ")).map(URI::create).toList();
    }

    /** Starts one more gateway of the same zone, with more options, such as {@code --rgw-enable-apis=s3}. */
    public synchronized URI startGateway(String options) {
        gateways++;
        var with = new HashMap<>(settings);
        with.put("RGW_OPTS", options);
        ShellCommand.of(SourceTree.path("it-tests/rgw/start.sh").toString(), Integer.toString(gateways))
                .with(with)
                .within(START_DEADLINE)
                .output();
        URI first = endpoints().get(0);
        return URI.create("http://" + first.getHost() + ":" + (first.getPort() + gateways - 1));
    }

    /** A value that start.sh prints, such as {@code RGW_DNS_NAME}. */
    public String value(String name) {
        var value = env.get(name);
        if (value == null) {
            throw new IllegalArgumentException("rgw.env has no " + name);
        }
        return value;
    }

    /** The major version: 16 of 16.2.15. */
    int majorRelease() {
        var version = value("RGW_VERSION").replaceFirst("ceph version ", "");
        return Integer.parseInt(version.substring(0, version.indexOf('.')));
    }

    /** An access key, such as that of {@code ALICE} with the number {@code 2}; the first has none. */
    public S3Credentials keys(String user, String number) {
        return new S3Credentials(value(user + "_ACCESS_KEY" + number), value(user + "_SECRET_KEY" + number));
    }

    /** How {@code radosgw-admin} is run in this cluster from anywhere. */
    public String adminCommand() {
        return ("env CEPH_CONF=" + value("CEPH_CONF") + " " + value("RGW_EXEC")).strip() + " radosgw-admin";
    }

    /** Runs a command of Ceph in this cluster, such as {@code radosgw-admin user list}. */
    public String ceph(String... words) {
        var command = new ArrayList<String>();
        if (!value("RGW_EXEC").isEmpty()) {
            command.addAll(List.of(value("RGW_EXEC").split(" ")));
        }
        command.addAll(List.of(words));
        return ShellCommand.of(command.toArray(new String[0]))
                .with(Map.of("CEPH_CONF", value("CEPH_CONF")))
                .output();
    }

    private static Availability check(RgwRelease release) {
        if (!release.unwanted().isEmpty()) {
            return new Availability(false, release.unwanted());
        }
        if (release == RgwRelease.HOST
                && ShellCommand.of("radosgw", "--version").run().exit() == 0) {
            return new Availability(true, "installed");
        }
        if (!Files.exists(Path.of("/etc/debian_version"))) {
            return new Availability(false, "no radosgw here, and no Debian to install it on");
        }
        if (!"root".equals(System.getProperty("user.name"))) {
            return new Availability(false, "no radosgw here (" + release + "), and only root can install it");
        }
        var install = ShellCommand.of(SourceTree.path("it-tests/rgw/install.sh").toString())
                .with(release.environment())
                .within(INSTALL_DEADLINE)
                .run();
        return new Availability(install.exit() == 0, "install.sh: " + install.output());
    }

    private static RgwTestBed start(RgwRelease release) {
        var random = new Random();
        for (int attempt = 1; ; attempt++) {
            var home =
                    Path.of(System.getProperty("java.io.tmpdir"), "sluice-rgw-" + Long.toHexString(random.nextLong()));
            // Below the range of ephemeral ports: 50 for the cluster, then one for each gateway.
            int base = 10_000 + 64 * random.nextInt(300);
            var settings = new HashMap<>(release.environment());
            settings.putAll(Map.of(
                    "RGW_HOME", home.toString(),
                    "RGW_ADDRESS", LoopbackHosts.host(),
                    "RGW_BASE_PORT", Integer.toString(base),
                    "RGW_PORT", Integer.toString(base + 50),
                    "RGW_OWNER", Long.toString(ProcessHandle.current().pid())));
            var stop = ShellCommand.of(SourceTree.path("it-tests/rgw/stop.sh").toString(), "--purge")
                    .with(settings);
            var start = ShellCommand.of(
                            SourceTree.path("it-tests/rgw/start.sh").toString(), Integer.toString(release.gateways()))
                    .with(settings)
                    .within(START_DEADLINE);
            Runtime.getRuntime().addShutdownHook(new Thread(stop::run, "stop-rgw"));
            var result = start.run();
            if (result.exit() == 0) {
                return new RgwTestBed(settings, parse(home.resolve("rgw.env")));
            }
            stop.run();
            if (result.exit() != PORT_TAKEN || attempt == ATTEMPTS) {
                throw new IllegalStateException("start.sh failed:\n" + result.output());
            }
        }
    }

    /** Parses shell lines: {@code NAME=value}, {@code NAME="value"}, {@code NAME='value'}. */
    private static Map<String, String> parse(Path file) {
        var env = new HashMap<String, String>();
        try {
            for (var line : Files.readAllLines(file)) {
                int equals = line.indexOf('=');
                if (!line.startsWith("#") && equals > 0) {
                    var value = line.substring(equals + 1);
                    env.put(line.substring(0, equals), value.replaceAll("^(['\"])(.*)\\1$", "$2"));
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("start.sh left no " + file, e);
        }
        return env;
    }
}
