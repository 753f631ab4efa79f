package dev.sluice.policy.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.HostPort;
import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.keys.GatewayTrust;
import dev.sluice.policy.rgw.client.RgwAdminSettings;
import dev.sluice.policy.rgw.client.RgwLimitsReach;
import dev.sluice.policy.rgw.client.RgwLimitsUse;
import dev.sluice.policy.testing.BrokenConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The section {@code rgw-admin}. */
class RgwAdminSettingsTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void writeFiles() throws IOException {
        Files.writeString(folder.resolve("limits.conf"), "limits { }\n");
        Files.writeString(folder.resolve("rgw.secret"), "# a comment\n\nhidden+secret/1\n");
    }

    private ReadResult<Configuration> check(String text) throws IOException {
        Path file = Files.writeString(
                folder.resolve("sluice.conf"), "sluice { upstream { address = \"rgw1:7480\" }\n" + text + "\n}\n");
        return ConfigCheck.check(file);
    }

    private Optional<RgwAdminSettings> rgwAdmin(String text) throws IOException {
        ReadResult<Configuration> result = check(text);
        assertThat(result.problems()).isEmpty();
        return result.value().orElseThrow().settings().rgwAdmin();
    }

    @Test
    void withoutKeys_rgwIsNotAsked() throws IOException {
        assertThat(rgwAdmin("")).isEmpty();
        assertThat(rgwAdmin("rgw-admin { access-key = \"\", secret-key-file = \"\", limits = off }"))
                .isEmpty();
    }

    @Test
    void twoKeys_areEnough() throws IOException {
        RgwAdminSettings read = rgwAdmin("rgw-admin { access-key = ADMIN, secret-key-file = rgw.secret }")
                .orElseThrow();

        assertThat(read.endpoint()).isEqualTo(new HostPort("rgw1", 7480));
        assertThat(read.host()).isEqualTo("rgw1:7480");
        assertThat(read.entry()).isEqualTo("admin");
        assertThat(read.tls()).isEmpty();
        assertThat(read.secret().length()).isEqualTo("hidden+secret/1".length());
        assertThat(read.refresh()).isEqualTo(Duration.ofSeconds(30));
        assertThat(read.callsPerSecondMax()).isEqualTo(50);
        assertThat(read.limits()).isEqualTo(RgwAdminSettings.RgwLimits.DEFAULT);
        assertThat(read.toString()).doesNotContain("ADMIN", "hidden");
    }

    /** RGW takes another name for the name of a bucket, where it has a domain. */
    @Test
    void upstreamWithADomain_isAskedByThatName() throws IOException {
        RgwAdminSettings read = rgwAdmin(
                        "listen.s3-domains = [s3.example.com]\nrgw-admin { access-key = ADMIN, secret-key-file = rgw.secret }")
                .orElseThrow();

        assertThat(read.endpoint()).isEqualTo(new HostPort("rgw1", 7480));
        assertThat(read.host()).isEqualTo("s3.example.com");
    }

    @Test
    void allKeys_areRead() throws IOException {
        RgwAdminSettings read = rgwAdmin(
                        "gateway.admin-entry = ops\n"
                                + "rgw-admin { endpoint = \"https://[::1]:8443/\", access-key = ADMIN, secret-key-file = rgw.secret,"
                                + " refresh = 5s, max-rate = 7/s, limits = enforce, limits-are = gateway, limits-interval = 10s }")
                .orElseThrow();

        assertThat(read.endpoint()).isEqualTo(new HostPort("::1", 8443));
        assertThat(read.host()).isEqualTo("[::1]:8443");
        assertThat(read.entry()).isEqualTo("ops");
        assertThat(read.tls()).containsInstanceOf(GatewayTrust.Platform.class);
        assertThat(read.refresh()).isEqualTo(Duration.ofSeconds(5));
        assertThat(read.callsPerSecondMax()).isEqualTo(7);
        assertThat(read.limits())
                .isEqualTo(new RgwAdminSettings.RgwLimits(
                        RgwLimitsUse.ENFORCE, RgwLimitsReach.GATEWAY, Duration.ofSeconds(10)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "access-key = ADMIN | secret-key-file: access-key is set and this is not;"
                        + " \"sluice rgw-user\" makes the user and prints what to write here",
                "secret-key-file = rgw.secret | access-key: secret-key-file is set and this is not;"
                        + " \"sluice rgw-user\" makes the user and prints what to write here",
                "endpoint = \"http://rgw\" | access-key: endpoint is set and this is not;"
                        + " \"sluice rgw-user\" makes the user and prints what to write here",
                "access-key = ADMIN, secret-key-file = rgw.secret, endpoint = \"rgw:80\" | endpoint: \"rgw:80\" is not an"
                        + " endpoint; write http://host:port or https://host:port; \"\" is the upstream",
                "access-key = ADMIN, secret-key-file = rgw.secret, endpoint = \"http://rgw:0\" | endpoint: port 0 can't be"
                        + " connected to; use 1 to 65535",
                "access-key = \"A B\", secret-key-file = rgw.secret | access-key: this is not an access key: at most 128"
                        + " visible ASCII characters; write the access_key of the admin user",
                "access-key = ADMIN, secret-key-file = rgw.secret, max-rate = 50 | max-rate: \"50\" is not a number of"
                        + " calls per second; use 1/s to 10000/s, such as 50/s",
                "access-key = ADMIN, secret-key-file = rgw.secret, limits = on | limits: \"on\" is not known here;"
                        + " one of off, shadow, enforce",
                "access-key = ADMIN, secret-key-file = rgw.secret, limits-are = cluster | limits-are: \"cluster\" is not"
                        + " known here; one of zone, gateway",
                "access-key = ADMIN, secret-key-file = rgw.secret, refresh = 30 | refresh: \"30\" has no unit;"
                        + " write 30s or 30ms",
            })
    void mistake_isReportedWithKeyAndHint(String keys, String problem) throws IOException {
        ReadResult<Configuration> result = check("rgw-admin { " + keys + " }");

        assertThat(BrokenConfig.withoutFile(result.problems())).hasSize(1);
        assertThat(BrokenConfig.withoutFile(result.problems()).get(0)).endsWith(": sluice.rgw-admin." + problem);
        assertThat(result).isInstanceOf(ReadResult.Unusable.class);
    }

    @Test
    void secretFile_thatHoldsNoSecret_isNamedAndNotShown() throws IOException {
        Files.writeString(folder.resolve("two"), "hidden1\nhidden2\n");

        for (String file : List.of("two", "missing", ".")) {
            ReadResult<Configuration> result =
                    check("rgw-admin { access-key = ADMIN, secret-key-file = " + file + " }");

            assertThat(result).isInstanceOf(ReadResult.Unusable.class);
            String text = String.join("\n", BrokenConfig.withoutFile(result.problems()));
            assertThat(text).contains("sluice.rgw-admin.secret-key-file: ").doesNotContain("hidden", "ADMIN");
        }
    }

    @Test
    void gatewayWithoutAdminApi_isAWarning() throws IOException {
        ReadResult<Configuration> result =
                check("gateway.apis = [s3]\nrgw-admin { access-key = ADMIN, secret-key-file = rgw.secret }");

        assertThat(BrokenConfig.withoutFile(result.problems()))
                .singleElement()
                .asString()
                .contains("warning");
        assertThat(result).isInstanceOf(ReadResult.Usable.class);
    }
}
