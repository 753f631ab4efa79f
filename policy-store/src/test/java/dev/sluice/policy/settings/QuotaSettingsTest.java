package dev.sluice.policy.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.HostPort;
import dev.sluice.common.QuotaRole;
import dev.sluice.limits.model.QuotaName;
import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.testing.BrokenConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The section {@code quota}, beside a gateway and alone. */
class QuotaSettingsTest {
    private static final String TOKEN = "0123456789abcdef";

    @TempDir
    private Path folder;

    @BeforeEach
    void writeFiles() throws IOException {
        Files.writeString(folder.resolve("limits.conf"), "limits { }\n");
        Files.writeString(folder.resolve("quotas.conf"), "quotas { alloc.ns.r.capacity = 10 }\n");
        Files.writeString(folder.resolve("token"), TOKEN + "\n");
    }

    private ReadResult<Configuration> check(String quota) throws IOException {
        Path file = Files.writeString(
                folder.resolve("sluice.conf"),
                "sluice { upstream { address = \"rgw1:7480\" }\nquota { " + quota + " }\n}\n");
        return ConfigCheck.check(file);
    }

    private Settings.Quota quota(String text) throws IOException {
        ReadResult<Configuration> result = check("listen = \"127.0.0.1:6789\"\n" + text);
        assertThat(result.problems()).isEmpty();
        return result.value().orElseThrow().settings().quota().orElseThrow();
    }

    @Test
    void withoutAnAddress_thereIsNone() throws IOException {
        Files.delete(folder.resolve("quotas.conf"));

        Configuration read = check("").value().orElseThrow();

        assertThat(read.settings().quota()).isEmpty();
        assertThat(read.quotas().allocations()).isEmpty();
    }

    @Test
    void addressAlone_hasTheseDefaults() throws IOException {
        assertThat(quota(""))
                .isEqualTo(new Settings.Quota(
                        new HostPort("127.0.0.1", 6789),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        QuotaRole.ALL,
                        folder.resolve("quotas.conf"),
                        Optional.of(folder.resolve("quotas-overlay.conf")),
                        OptionalInt.empty(),
                        65_536,
                        1_000,
                        Optional.empty(),
                        new Settings.Alloc(Optional.empty(), Duration.ofMinutes(15), 1_000_000)));
    }

    @Test
    void everyKey_canBeSet() throws IOException {
        Files.writeString(folder.resolve("others.conf"), "quotas { }");

        Settings.Quota read =
                check("""
                        listen = "0.0.0.0:0", token-file = token, quotas-file = others.conf, roles = [alloc, rate, proxy]
                        quotas-overlay = overlay.conf, max-connections = 77, max-body = 2 KiB, max-batch = 5
                        envoy { listen = "0.0.0.0:8081", shadow = on }
                        alloc { backend = local, dir = store, idempotency { keep = 30s, most = 9 } }
                        """).value().orElseThrow().settings().quota().orElseThrow();

        assertThat(read.listen()).isEqualTo(new HostPort("0.0.0.0", 0));
        assertThat(read.token().orElseThrow().matches(TOKEN)).isTrue();
        assertThat(read.quotasFile()).isEqualTo(folder.resolve("others.conf"));
        assertThat(read.overlay()).contains(folder.resolve("overlay.conf"));
        assertThat(read.maxConnections()).hasValue(77);
        assertThat(read.maxBodyBytes()).isEqualTo(2048);
        assertThat(read.maxBatch()).isEqualTo(5);
        assertThat(read.envoy()).contains(new Settings.Envoy(new HostPort("0.0.0.0", 8081), true));
        assertThat(read.alloc())
                .isEqualTo(new Settings.Alloc(Optional.of(folder.resolve("store")), Duration.ofSeconds(30), 9));
        assertThat(quota("quotas-overlay = \"\"").overlay()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "listen = \"6789\" | 2:9: sluice.quota.listen: \"6789\" has no port; write host:port, such as 127.0.0.1:6789",
                "listen = \"0.0.0.0:6789\" | 2:1: sluice.quota.token-file: a quota address that isn't loopback needs a token;"
                        + " name a file that holds one, or listen on 127.0.0.1:6789",
                "listen = \"0.0.0.0:6789\", token-file = missing | 2:34: sluice.quota.token-file: \"DIR/missing\": the file doesn't"
                        + " exist; create it, or name another one",
                "listen = \"127.0.0.1:9090\" | 2:9: sluice.quota.listen: sluice.listen, sluice.admin or sluice.sync has the same"
                        + " port; give each a port of its own",
                "listen = \"127.0.0.1:81\", roles = [rate] }, sync { listen = \"\" | 2:9: sluice.quota.roles: nodes with roles apart find each other by sync, which is off; set"
                        + " sync.listen and sync.peers, or use [proxy, rate, alloc]",
                "roles = [] | 2:9: sluice.quota.roles: a role at least is needed; use some of proxy, rate and alloc, or leave it"
                        + " out",
                "roles = [alloc], envoy.listen = \"127.0.0.1:8081\" | 2:9: sluice.quota.roles: quota.envoy.listen needs the role"
                        + " rate; add it, or serve Envoy at a node that has it",
                "roles = [rat] | 2:9: sluice.quota.roles: \"rat\" is not known here; one of proxy, rate, alloc",
                "max-batch = 0 | 2:9: sluice.quota.max-batch: \"0\" is out of range; use 1 to 100000, such as 1000",
                "max-body = 1 | 2:9: sluice.quota.max-body: \"1\" is out of range; use 1 KiB to 16 MiB, such as 64 KiB",
                "max-connections = few | 2:9: sluice.quota.max-connections: \"few\" is not a whole number in range; use auto, or 1"
                        + " to 1000000",
                "listen = \"127.0.0.1:0\", envoy.listen = \"0.0.0.0:8081\" | 2:9: sluice.quota.envoy.listen: an address that"
                        + " isn't loopback needs a token; set quota.token-file, or listen on 127.0.0.1:8081",
                "listen = \"127.0.0.1:81\", envoy.listen = \"127.0.0.1:81\" | 2:9: sluice.quota.envoy.listen: another address of"
                        + " this file has the same port; give each a port of its own",
                "alloc.backend = raft | 2:9: sluice.quota.alloc.backend: raft is not available in this release; use memory or local",
                "alloc.backend = disk | 2:9: sluice.quota.alloc.backend: \"disk\" is not known here; one of memory, local, raft",
                "alloc.idempotency.keep = 15 | 2:9: sluice.quota.alloc.idempotency.keep: \"15\" has no unit; write 15s or 15ms",
                "alloc.idempotency.most = 0 | 2:9: sluice.quota.alloc.idempotency.most: \"0\" is out of range; use 1 to 100000000,"
                        + " such as 1000000",
                "quotas-overlay = quotas.conf | 2:9: sluice.quota.quotas-overlay: this is the quotas file; name another file, or"
                        + " leave the key out",
                "tls.key-file = token | 2:9: sluice.quota.tls.certificate-file: key-file is set and this is not; name the PEM file"
                        + " with the key's certificate, or set neither",
                "max-bach = 1 | 2:9: sluice.quota.max-bach: unknown key; did you mean max-batch?",
            })
    void mistake_isExplained(String quota, String problem) throws IOException {
        ReadResult<Configuration> result = check(quota);

        assertThat(result.value()).isEmpty();
        assertThat(BrokenConfig.withoutFile(result.problems()).stream()
                        .map(text -> text.replace(folder.toString(), "DIR")))
                .anyMatch(text -> text.substring(text.indexOf(' ')).equals(problem.substring(problem.indexOf(' '))));
    }

    @Test
    void quotasFile_isChecked_alsoWhereTheSettingsAreWrong() throws IOException {
        Files.writeString(folder.resolve("quotas.conf"), "quotas {\n alloc.ns.r.capacity = ten }\n");

        List<String> problems = check("listen = \"127.0.0.1:6789\", max-batch = 0").problems().stream()
                .map(problem -> problem.text().replace(folder.toString(), "DIR"))
                .toList();

        assertThat(problems).hasSize(2);
        assertThat(problems.get(1))
                .startsWith("DIR/quotas.conf:2:")
                .contains("quotas.alloc.ns.r.capacity: \"ten\" is not a number of tokens;");
    }

    @Test
    void missingQuotasFile_isAnError() throws IOException {
        Files.delete(folder.resolve("quotas.conf"));

        assertThat(check("listen = \"127.0.0.1:6789\"").value()).isEmpty();
    }

    private ReadResult<ConfigCheck.QuotaAloneConfiguration> alone(String text) throws IOException {
        return ConfigCheck.checkQuotaAlone(file(text));
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("alone.conf"), "sluice {\n" + text + "\n}\n");
    }

    @Test
    void alone_needsNoGateway() throws IOException {
        ConfigCheck.QuotaAloneConfiguration read = alone(
                        "node-id = q1, quota.listen = \"127.0.0.1:6789\", sync.listen = \"\", state-file = state")
                .value()
                .orElseThrow();

        assertThat(read.settings().nodeId()).isEqualTo("q1");
        assertThat(read.settings().stateFile()).contains(folder.resolve("state"));
        assertThat(read.settings().sync().listen()).isEmpty();
        assertThat(read.settings().admin().address()).isEqualTo(new HostPort("127.0.0.1", 9090));
        assertThat(read.quotas().allocations()).containsKey(new QuotaName("ns", "r").subject());
    }

    @Test
    void alone_needsAnAddress() throws IOException {
        assertThat(BrokenConfig.withoutFile(alone("").problems()))
                .containsExactly("1:1: sluice.quota.listen: this has no default here; write an address, such as"
                        + " 127.0.0.1:6789");
    }

    @Test
    void alone_warnsOfWhatOnlyASidecarActsOn() throws IOException {
        ReadResult<ConfigCheck.QuotaAloneConfiguration> result =
                alone("quota.listen = \"127.0.0.1:6789\"\nupstream.address = \"rgw:80\"");

        assertThat(result.value()).isPresent();
        assertThat(BrokenConfig.withoutFile(result.problems()))
                .containsExactly("3:1: warning: sluice.upstream: a quota service without a gateway doesn't act on this;"
                        + " run it by sluice proxy, or remove it");
    }

    @Test
    void alone_eachPortIsOfItsOwn() throws IOException {
        assertThat(alone("quota.listen = \"127.0.0.1:9090\"").value()).isEmpty();
        assertThat(alone("quota.listen = \"127.0.0.1:6789\", sync.listen = \"tcp://127.0.0.1:9090\"")
                        .value())
                .isEmpty();
    }

    @Test
    void check_knowsWhichKindOfFileItIs() throws IOException {
        assertThat(ConfigCheck.isQuotaAlone(file("quota.listen = \"127.0.0.1:6789\"")))
                .isTrue();
        assertThat(ConfigCheck.isQuotaAlone(file("quota.listen = \"\""))).isFalse();
        assertThat(ConfigCheck.isQuotaAlone(file("quota.listen = \"127.0.0.1:6789\", upstream { }")))
                .isFalse();
        assertThat(ConfigCheck.isQuotaAlone(folder.resolve("nothing.conf"))).isFalse();
    }
}
