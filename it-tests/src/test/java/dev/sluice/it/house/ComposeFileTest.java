package dev.sluice.it.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigValueFactory;
import dev.sluice.it.harness.process.Prerequisite;
import dev.sluice.it.harness.process.ShellCommand;
import dev.sluice.it.harness.process.SourceTree;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What can be said of docker-compose.yml and what it mounts without an engine to run it. */
class ComposeFileTest {
    private static final Set<String> SERVICE_KEYS = Set.of(
            "image",
            "build",
            "init",
            "hostname",
            "entrypoint",
            "command",
            "environment",
            "volumes",
            "networks",
            "healthcheck",
            "depends_on",
            "ports",
            "restart",
            "stop_grace_period");
    private static final Set<String> CONDITIONS =
            Set.of("service_started", "service_healthy", "service_completed_successfully");
    private static final Pattern PORT = Pattern.compile("127\\.0\\.0\\.1:(\\d{2,5}):(\\d{2,5})");
    private static final Pattern METRIC = Pattern.compile("sluice_[a-z_]+");
    private static final String SIDECAR_ADMIN_PORT = "9090";

    private final Map<String, Object> compose = yaml("docker-compose.yml");
    private final Map<String, Object> services = map(compose, "services");

    @TestFactory
    Stream<DynamicTest> service_isWellFormed() {
        return services.keySet().stream()
                .map(name -> DynamicTest.dynamicTest(name, () -> {
                    var service = map(services, name);

                    assertThat(SERVICE_KEYS).containsAll(service.keySet());
                    if (service.containsKey("restart")) {
                        // YAML reads a bare "no" as a boolean.
                        assertThat(service.get("restart")).isIn("no", "always", "on-failure", "unless-stopped");
                    }
                    assertThat(service.containsKey("image") || service.containsKey("build"))
                            .as("image or build")
                            .isTrue();
                    if (service.containsKey("build")) {
                        assertThat(SourceTree.path(service.get("build").toString())
                                        .resolve("Dockerfile"))
                                .isRegularFile();
                    } else {
                        // A tag that stays what it is: not latest, not none.
                        assertThat(service.get("image").toString()).matches("[a-z0-9./-]+:v?\\d+(\\.\\d+)+");
                    }
                }));
    }

    @Test
    void dependencies_nameServices_andHealthyOnesHaveACheck() {
        for (var name : services.keySet()) {
            var dependsOn = map(services, name).get("depends_on");
            if (dependsOn instanceof List<?> names) {
                assertThat(services.keySet())
                        .containsAll(names.stream().map(Object::toString).toList());
            } else if (dependsOn != null) {
                for (var entry : map(map(services, name), "depends_on").keySet()) {
                    var condition = map(map(map(services, name), "depends_on"), entry)
                            .get("condition")
                            .toString();
                    assertThat(CONDITIONS).contains(condition);
                    assertThat(services).containsKey(entry);
                    if (condition.equals("service_healthy")) {
                        assertThat(map(services, entry)).containsKey("healthcheck");
                    }
                }
            }
        }
    }

    @Test
    void ports_arePublishedOnLoopbackOnly_andEachOnce() {
        var published = new ArrayList<String>();
        for (var name : services.keySet()) {
            for (var port : list(map(services, name), "ports")) {
                var matcher = PORT.matcher(port);
                assertThat(matcher.matches()).as(name + ": " + port).isTrue();
                assertThat(Integer.parseInt(matcher.group(1))).isBetween(1024, 65535);
                published.add(matcher.group(1));
            }
        }

        assertThat(published).isNotEmpty().doesNotHaveDuplicates();
    }

    @Test
    void mountedFiles_exist_andAreReadOnly() {
        for (var name : services.keySet()) {
            for (var volume : list(map(services, name), "volumes")) {
                var parts = volume.split(":");
                assertThat(parts).as(volume).hasSize(3);
                assertThat(SourceTree.path(parts[0])).exists();
                assertThat(parts[1]).startsWith("/");
                assertThat(parts[2]).isEqualTo("ro");
            }
        }
    }

    @Test
    void networks_areDeclared_andFixedAddressesLieInside() {
        var subnet = map(compose, "networks").toString().replaceAll("(?s).*subnet=([0-9.]+)\\.0/24.*", "$1.");
        for (var name : services.keySet()) {
            var networks = map(services, name).get("networks");
            var names = networks instanceof List<?> l
                    ? l.stream().map(Object::toString).toList()
                    : List.copyOf(map(map(services, name), "networks").keySet());
            assertThat(map(compose, "networks").keySet()).containsAll(names);
        }
        var address = map(map(map(services, "ceph"), "networks"), "storage").get("ipv4_address");

        assertThat(address.toString()).startsWith(subnet);
        assertThat(map(map(services, "ceph"), "environment").get("RGW_ADDRESS")).isEqualTo(address);
    }

    @Test
    void sidecars_haveAGatewayEach_andKnowEachOther() {
        for (var name : List.of("sidecar1", "sidecar2")) {
            var environment = map(map(services, name), "environment");
            var config = ConfigFactory.parseFile(
                            SourceTree.path("deploy/sluice/sluice.conf").toFile())
                    .withFallback(ConfigValueFactory.fromMap(environment))
                    .resolve(ConfigResolveOptions.noSystem())
                    .getConfig("sluice");

            var gateway = name.replace("sidecar", "ceph:748");
            var peer = name.equals("sidecar1") ? "sidecar2" : "sidecar1";
            assertThat(config.getString("upstream.address")).isEqualTo(gateway);
            assertThat(config.getStringList("sync.peers")).containsExactly("tcp://" + peer + ":7070");
            for (var file : List.of("limits-file", "admin.token-file")) {
                assertThat(SourceTree.path("deploy/sluice").resolve(config.getString(file)))
                        .isRegularFile();
            }
        }
    }

    @Test
    void prometheus_scrapesTheSidecars_withTheirToken() {
        var text = yaml("deploy/prometheus/prometheus.yml").toString();

        assertThat(text)
                .contains("sidecar1:" + SIDECAR_ADMIN_PORT)
                .contains("sidecar2:" + SIDECAR_ADMIN_PORT)
                .contains("credentials_file=/etc/prometheus/admin.token")
                .contains("rule_files=[sluice.rules.yml]");
        assertThat(list(map(services, "prometheus"), "volumes"))
                .contains("./deploy/sluice/admin.token:/etc/prometheus/admin.token:ro")
                .contains("./deploy/prometheus/sluice.rules.yml:/etc/prometheus/sluice.rules.yml:ro");
    }

    @Test
    void dashboard_asksTheProvisionedSource_forMetricsThatExist() throws IOException {
        var source =
                yaml("deploy/grafana/provisioning/datasources/prometheus.yml").toString();
        var dashboard = Files.readString(SourceTree.path("deploy/grafana/dashboards/sluice.json"));

        // JSON is YAML: this parses it.
        assertThat(yaml("deploy/grafana/dashboards/sluice.json")).containsKey("panels");
        assertThat(dashboard).contains("\"uid\": \"sluice-prometheus\"");
        assertThat(source).contains("uid=sluice-prometheus");
        var metrics = new LinkedHashSet<String>();
        METRIC.matcher(dashboard).results().forEach(found -> metrics.add(found.group()));
        // DeployedMetricsTest of the proxy compares them with those of a running sidecar.
        assertThat(metrics).contains("sluice_requests_total", "sluice_rejected_total", "sluice_peers_live");
    }

    @Test
    void composeItself_findsNoFault() {
        var file = SourceTree.path("docker-compose.yml").toString();
        if (ShellCommand.of("docker", "compose", "version").run().exit() == 0) {
            ShellCommand.of("docker", "compose", "-f", file, "config", "-q").output();
        } else {
            Prerequisite.require(
                    ShellCommand.of("docker-compose", "version").run().exit() == 0,
                    "neither docker compose nor docker-compose is here to check docker-compose.yml");
            ShellCommand.of("docker-compose", "-f", file, "config", "-q").output();
        }
    }

    private static Map<String, Object> yaml(String file) {
        var options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        try (var in = Files.newBufferedReader(SourceTree.path(file))) {
            return new Yaml(new SafeConstructor(options)).load(in);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + file, e);
        }
    }

    @SuppressWarnings("unchecked") // what YAML calls a mapping has names for keys here
    private static Map<String, Object> map(Map<String, Object> parent, String key) {
        assertThat(parent.get(key)).as(key).isInstanceOf(Map.class);
        return (Map<String, Object>) parent.get(key);
    }

    private static List<String> list(Map<String, Object> parent, String key) {
        return parent.get(key) instanceof List<?> values
                ? values.stream().map(Object::toString).toList()
                : List.of();
    }
}
