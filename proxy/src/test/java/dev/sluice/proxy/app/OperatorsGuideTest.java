package dev.sluice.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.sluice.proxy.admin.api.DiscoveryBody;
import dev.sluice.proxy.admin.api.RefusedRow;
import dev.sluice.proxy.admin.api.UnauthenticatedRow;
import dev.sluice.proxy.admin.api.UnreachableRow;
import dev.sluice.proxy.admin.json.JsonCodec;
import dev.sluice.proxy.cli.KeygenCommand;
import dev.sluice.proxy.testing.TestTls;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The operator's guide shows what a sidecar really responds: examples of the admin paths, and all metrics. */
class OperatorsGuideTest extends SidecarFixture {
    private static final Path GUIDE = Path.of("../docs/operations.md");
    private static final Pattern METRIC = Pattern.compile("sluice_[a-z_]+");
    private static final Pattern TYPE_LINE = Pattern.compile("(?m)^# TYPE (\\S+) ");
    /** In an expression: {@code up} is Prometheus' own. */
    private static final Pattern ASKED_METRIC = Pattern.compile("\\b(?:sluice|process|jvm|system)_[a-z_]+\\b(?!\\.)");
    /** Of the samples of a histogram. */
    private static final Pattern PART = Pattern.compile("_(bucket|sum|count)$");

    private static final Pattern ALERT = Pattern.compile("(?m)^ +- alert: (\\w+)$");

    private static String section(String from, String to) throws IOException {
        String guide = Files.readString(GUIDE);
        int start = guide.indexOf("\n" + from);
        assertThat(start).as(from).isNotNegative();
        return guide.substring(start, guide.indexOf("\n" + to, start + 1));
    }

    /** The first JSON under a heading. */
    private static ConfigObject example(String heading) throws IOException {
        String section = section("### " + heading, "#");
        int start = section.indexOf("```json\n") + "```json\n".length();
        return ConfigFactory.parseString(section.substring(start, section.indexOf("```", start)))
                .root();
    }

    private static ConfigObject shown(Sidecar sidecar, String path) throws IOException {
        return admin(sidecar, path).root();
    }

    private static ConfigObject written(Record row) {
        return ConfigFactory.parseString(new String(JsonCodec.write(row), StandardCharsets.UTF_8))
                .root();
    }

    /** Same keys and same types, all the way down. A null fits every type. */
    private static void assertSameShape(String where, ConfigValue example, ConfigValue real) {
        if (example.valueType() == ConfigValueType.NULL || real.valueType() == ConfigValueType.NULL) {
            return;
        }
        assertThat(example.valueType()).as(where).isEqualTo(real.valueType());
        if (example instanceof ConfigObject object) {
            assertThat(object.keySet()).as(where).isEqualTo(((ConfigObject) real).keySet());
            object.forEach((key, value) -> assertSameShape(where + "." + key, value, ((ConfigObject) real).get(key)));
        }
        if (example instanceof ConfigList list) {
            assertThat(list).as(where).hasSize(1);
            ((ConfigList) real).forEach(row -> assertSameShape(where + "[]", list.get(0), row));
        }
    }

    @Test
    void examples_have_the_shape_of_real_responses() throws Exception {
        Files.writeString(limitsFile, LIMITS.replace("alice { ", "alice { read-bytes = 1 GiB/s, "));
        try (Sidecar a = start("a");
                Sidecar b = start("b")) {
            introduce(a, b);
            assertAdmitted(get(a, "AKIDALICE"));

            for (String path : List.of("/ready", "/healthz")) {
                assertSameShape(path, example("/ready"), shown(a, path));
            }
            assertSameShape("/memberlist", example("/memberlist"), shown(a, "/memberlist"));
            ConfigObject usage = shown(a, "/api/v1/usage");
            assertThat((ConfigList) usage.get("usage")).hasSizeGreaterThan(2);
            assertSameShape("/api/v1/usage", example("/api/v1/usage"), usage);
            ConfigObject peers = shown(a, "/api/v1/peers");
            assertThat((ConfigList) peers.get("peers")).hasSize(1);
            assertThat((ConfigList) peers.get("links")).isNotEmpty();
            assertSameShape("/api/v1/peers", example("/api/v1/peers"), peers);
            ConfigObject explained = shown(a, "/api/v1/explain?user=alice&bucket=bucket");
            assertThat((ConfigList) explained.get("limits")).hasSize(2);
            assertSameShape("/api/v1/explain", example("/api/v1/explain"), explained);
            ConfigObject limits = shown(a, "/api/v1/limits?max=2");
            assertThat((ConfigList) limits.get("entries")).hasSize(2);
            assertSameShape("/api/v1/limits", example("/api/v1/limits"), limits);
        }
    }

    @Test
    void rows_that_appear_in_trouble_alone_have_the_shape_of_their_examples() throws Exception {
        Config peers = example("/api/v1/peers").toConfig();

        assertSameShape(
                "unreachable",
                peers.getList("unreachable").get(0),
                written(new UnreachableRow("c", "0", List.of("b"), 1.5, true)));
        assertSameShape("discovery", peers.getObject("discovery"), written(new DiscoveryBody("dns", 1, "", 2.5)));
        assertSameShape(
                "unauthenticated",
                peers.getList("unauthenticated").get(0),
                written(new UnauthenticatedRow("key", "10.0.0.1", 3, 1.5)));
        assertSameShape(
                "refused",
                peers.getList("refused").get(0),
                written(new RefusedRow("tcp://10.0.0.1:7070", "b", "amount", 3, 1.5)));
    }

    /** Settings with everything that has metrics. */
    private void switchAllOn() throws IOException {
        Path keys = Files.createDirectory(directory.resolve("keys"));
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        assertThat(KeygenCommand.run(keys.resolve("a.key").toString(), nowhere, nowhere))
                .isZero();
        Path secret = Files.writeString(directory.resolve("rgw-secret"), "secret-of-a-test");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(directory.resolve("tls.crt"), TestTls.SERVER.getCertificatePathPEM());
        Files.writeString(directory.resolve("tls.key"), TestTls.SERVER.getPrivateKeyPEM());
        more = """
                state-file = state
                access-log.file = access.log
                listen.tls { certificate-file = tls.crt, key-file = tls.key }
                upstream.tls.ca-file = system
                sync.curve { secret-key-file = "keys/a.key", allowed-keys-dir = keys }
                rgw-admin { access-key = ADMINKEY, secret-key-file = rgw-secret }
                sync.discovery.dns { name = "sluice.invalid", port = 7070 }
                """;
    }

    /** Names of families, from a sidecar with everything. */
    private Set<String> realMetrics() throws Exception {
        Set<String> real = new TreeSet<>();
        try (Sidecar sidecar = start("b")) {
            // Some families are there once a request was served.
            assertAdmitted(get(sidecar, "AKIDALICE"));
            real.addAll(families(sidecar));
        }
        switchAllOn();
        try (Sidecar sidecar = start("a")) {
            await().until(() -> metrics(sidecar).contains("jvm_memory_used_bytes"));
            real.addAll(families(sidecar));
        }
        return real;
    }

    private static List<String> families(Sidecar sidecar) throws IOException {
        return TYPE_LINE
                .matcher(metrics(sidecar))
                .results()
                .map(result -> result.group(1))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"prometheus/sluice.rules.yml", "grafana/dashboards/sluice.json"})
    void deployedFile_asksForMetricsThatExist(String file) throws Exception {
        Set<String> asked = ASKED_METRIC
                .matcher(Files.readString(Path.of("../deploy", file)))
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(asked).hasSizeGreaterThan(25);

        Set<String> real = realMetrics();

        asked.removeIf(
                name -> real.contains(name) || real.contains(PART.matcher(name).replaceFirst("")));
        assertThat(asked).as("metrics that no sidecar has").isEmpty();
    }

    @Test
    void dashboard_hasFifteenPanelsOrMore() throws Exception {
        Map<String, Object> board =
                JsonCodec.readObject(Files.readString(Path.of("../deploy/grafana/dashboards/sluice.json")));

        List<?> panels = (List<?>) board.get("panels");
        assertThat(panels.stream().filter(panel -> !"row".equals(((Map<?, ?>) panel).get("type"))))
                .hasSizeGreaterThanOrEqualTo(15);
    }

    @Test
    void everyAlert_isInTheGuide() throws Exception {
        String guide = section("Alert on:", "### How long");

        assertThat(ALERT.matcher(Files.readString(Path.of("../deploy/prometheus/sluice.rules.yml")))
                        .results())
                .hasSizeGreaterThan(20)
                .allSatisfy(alert -> assertThat(guide).contains("`" + alert.group(1) + "`"));
    }

    @Test
    void metrics_of_the_guide_are_those_of_a_sidecar_that_has_everything() throws Exception {
        Set<String> documented = METRIC.matcher(section("## Metrics", "Where `sync.listen`"))
                .results()
                .map(result -> result.group())
                .collect(Collectors.toCollection(TreeSet::new));

        Set<String> real = realMetrics();

        real.removeIf(name -> !name.startsWith("sluice_"));
        assertThat(documented).containsExactlyInAnyOrderElementsOf(real);
    }

    @Test
    void alerts_ask_for_metrics_that_exist() throws Exception {
        String reference = section("## Metrics", "Where `sync.listen`");

        assertThat(METRIC.matcher(section("Alert on:", "### How long")).results())
                .isNotEmpty()
                .allSatisfy(result -> assertThat(reference)
                        .contains(PART.matcher(result.group()).replaceFirst("")));
    }
}
