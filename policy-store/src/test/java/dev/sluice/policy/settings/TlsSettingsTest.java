package dev.sluice.policy.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.hocon.ConfigProblem;
import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.keys.GatewayTrust;
import dev.sluice.policy.keys.PemFixture;
import dev.sluice.policy.keys.TlsFiles;
import dev.sluice.policy.testing.BrokenConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code listen.tls} and {@code upstream.tls}. */
class TlsSettingsTest {
    @TempDir
    Path dir;

    @BeforeEach
    void writeFiles() throws IOException {
        PemFixture.write(dir, PemFixture.EC);
        Files.writeString(dir.resolve("ca.pem"), PemFixture.AUTHORITY.getCertificatePEM());
        Files.writeString(dir.resolve("limits.conf"), "limits { }");
    }

    @Test
    void certificateAndKey_areRead() throws IOException {
        Settings settings = load("listen.tls { certificate-file = tls.crt, key-file = tls.key }");

        Settings.ListenTls tls = settings.listen().tls().orElseThrow();
        assertThat(tls.files()).isEqualTo(new TlsFiles(dir.resolve("tls.crt"), dir.resolve("tls.key")));
        assertThat(tls.identity().key()).isEqualTo(PemFixture.keyOf(PemFixture.EC));
        assertThat(settings.upstream().tls()).isEmpty();
        assertThat(settings.toString()).contains("TlsIdentity[\"CN=ec\"]").doesNotContain("PrivateKey");
    }

    @Test
    void caFile_turnsTlsToTheGatewayOn() throws IOException {
        assertThat(load("upstream.tls.ca-file = ca.pem").upstream().tls())
                .contains(new GatewayTrust.Authorities(List.of(PemFixture.AUTHORITY.getCertificate())));
        assertThat(load("upstream.tls.ca-file = system").upstream().tls()).contains(new GatewayTrust.Platform());
    }

    @Test
    void oneWithoutTheOther_isReported() throws IOException {
        assertThat(problems("listen.tls { certificate-file = tls.crt }"))
                .containsExactly("3:1: sluice.listen.tls.key-file: certificate-file is set and this is not;"
                        + " name the PEM file with the certificate's private key, or set neither");
        assertThat(problems("listen.tls {\n  certificate-file = \"\"\n  key-file = tls.key }"))
                .containsExactly("4:3: sluice.listen.tls.certificate-file: key-file is set and this is not;"
                        + " name the PEM file with the key's certificate, or set neither");
    }

    @Test
    void badFile_isReportedAtItsKey() throws IOException {
        Files.writeString(dir.resolve("tls.key"), PemFixture.RSA.getPrivateKeyPEM());

        assertThat(problems("listen.tls {\n  certificate-file = tls.crt\n  key-file = tls.key }"))
                .singleElement()
                .asString()
                .startsWith(
                        "5:3: sluice.listen.tls.key-file: \"" + dir.resolve("tls.key") + "\": the key can't be read");
    }

    @Test
    void missingFile_isReportedAtItsKey() throws IOException {
        assertThat(problems("listen.tls {\n  certificate-file = none\n  key-file = tls.key }"))
                .containsExactly("4:3: sluice.listen.tls.certificate-file: \"" + dir.resolve("none")
                        + "\": the file doesn't exist; create it, or name another one");
    }

    @Test
    void badCaFile_isReportedAtItsKey() throws IOException {
        assertThat(problems("upstream.tls.ca-file = tls.key"))
                .containsExactly("3:1: sluice.upstream.tls.ca-file: \"" + dir.resolve("tls.key")
                        + "\": there is no certificate in it;"
                        + " name a PEM file with the authorities that sign the gateway's, or write system");
        assertThat(problems("upstream.tls.ca-file = none"))
                .containsExactly("3:1: sluice.upstream.tls.ca-file: \"" + dir.resolve("none")
                        + "\": the file doesn't exist; create it, or name another one");
    }

    @Test
    void expiredCertificates_areWarnings() throws IOException {
        long later = System.currentTimeMillis() + Duration.ofDays(3).toMillis();

        ReadResult<Configuration> result = check(
                "listen.tls { certificate-file = tls.crt, key-file = tls.key }\nupstream.tls.ca-file = ca.pem", later);

        assertThat(result).isInstanceOf(ReadResult.Usable.class);
        assertThat(result.problems())
                .hasSize(2)
                .noneMatch(ConfigProblem::isError)
                .allSatisfy(problem -> assertThat(problem.message()).contains(" expired at "));
    }

    private Settings load(String keys) throws IOException {
        ReadResult<Configuration> result = check(keys, System.currentTimeMillis());
        assertThat(result.problems()).isEmpty();
        return result.value().orElseThrow().settings();
    }

    private List<String> problems(String keys) throws IOException {
        ReadResult<Configuration> result = check(keys, System.currentTimeMillis());
        assertThat(result).isInstanceOf(ReadResult.Unusable.class);
        return BrokenConfig.withoutFile(result.problems());
    }

    private ReadResult<Configuration> check(String keys, long nowWallMillis) throws IOException {
        Path file = Files.writeString(
                dir.resolve("sluice.conf"), "sluice {\nupstream.address = \"127.0.0.1:7480\"\n" + keys + "\n}\n");
        return ConfigCheck.check(file, nowWallMillis);
    }
}
