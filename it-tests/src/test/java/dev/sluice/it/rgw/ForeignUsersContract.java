package dev.sluice.it.rgw;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.it.harness.net.StubKeystone;
import dev.sluice.it.harness.net.StubLdap;
import dev.sluice.it.harness.net.WireHttpClient;
import dev.sluice.it.harness.s3.RgwRelease;
import dev.sluice.it.harness.s3.RgwTestBed;
import dev.sluice.it.harness.s3.S3Backend;
import dev.sluice.it.harness.s3.S3Credentials;
import dev.sluice.it.harness.s3.SigV4Signer;
import dev.sluice.it.harness.sidecar.AdminPort;
import dev.sluice.it.harness.sidecar.SidecarProcess;
import dev.sluice.it.harness.sidecar.SidecarSetup;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users that RGW knows from elsewhere: from LDAP by a token with a password, from Keystone by EC2 credentials. */
abstract class ForeignUsersContract {
    private static final int LIMIT = 20;
    private static final int FORGERIES = 10;
    private static final String HOME = "127.0.0.1";
    private static final String OTHER_PLACE = "127.0.0.2";
    private static final String PASSWORD = "dave\\u0027s \\\"secret\\\" pass";
    private static final String PROJECT = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
    private static final String LIMITS = """
            each-user { read-ops = %1$d/h }
            access-keys { EC2KEY1 = "%2$s", EC2KEY2 = "%2$s" }
            """.formatted(LIMIT, PROJECT);

    private final RgwRelease release;

    ForeignUsersContract(RgwRelease release) {
        this.release = release;
    }

    private static String token(String id, String password) {
        var json = "{\"RGW_TOKEN\": {\"version\": 1, \"type\": \"ldap\", \"id\": \"" + id + "\", \"key\": \"" + password
                + "\"}}";
        return Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private static int list(SidecarProcess at, S3Credentials keys, String from) throws IOException {
        var signed = new SigV4Signer(keys, Instant.now())
                .inHeader("GET", "/", "", List.of("Host: " + S3Backend.DOMAIN), new byte[0]);
        try (var http = WireHttpClient.connect(at.s3(), from)) {
            http.send(SigV4Signer.bytes(
                    "GET / HTTP/1.1\r\n" + String.join("\r\n", signed.lines()) + "\r\nConnection: close\r\n\r\n"));
            return http.readResponse().status();
        }
    }

    /** How many requests by those keys in turn are served until one is rejected. */
    private static int served(SidecarProcess at, S3Credentials... keys) throws IOException {
        int served = 0;
        int status = 200;
        while (status == 200 && served <= 2 * LIMIT) {
            status = list(at, keys[served % keys.length], HOME);
            served += status == 200 ? 1 : 0;
        }
        assertThat(status).isEqualTo(503);
        return served;
    }

    @Test
    void ldapToken_isItsUsers_andEc2KeysAreThoseOfTheList(@TempDir Path folder) throws Exception {
        var bed = RgwTestBed.require(release);
        var secretFile = Files.writeString(folder.resolve("ldap.secret"), "gateway");
        try (var ldap = StubLdap.start(Map.of("dave", "dave's \"secret\" pass"));
                var keystone = StubKeystone.start(
                        PROJECT, Map.of("EC2KEY1", "ec2secret1", "EC2KEY2", "ec2secret2", "EC2KEY3", "ec2secret3"))) {
            URI gateway = bed.startGateway(
                    "--rgw-s3-auth-use-ldap=true --rgw-ldap-uri=" + ldap.uri()
                            + " --rgw-ldap-binddn=cn=gateway --rgw-ldap-searchdn=ou=people --rgw-ldap-dnattr=uid --rgw-ldap-secret="
                            + secretFile + " --rgw-s3-auth-use-keystone=true --rgw-keystone-url=" + keystone.uri()
                            + " --rgw-keystone-api-version=3 --rgw-keystone-admin-token=admin --rgw-keystone-accepted-roles=member");
            try (var sidecar = SidecarSetup.before(gateway).limits(LIMITS).start()) {
                checkLdap(sidecar);
                checkKeystone(sidecar);
            }
        }
    }

    private static void checkLdap(SidecarProcess sidecar) throws IOException {
        var dave = new S3Credentials(token("dave", PASSWORD), "");
        var unpadded = new S3Credentials(token("dave", PASSWORD).replaceAll("=+$", ""), "");
        var forged = new S3Credentials(token("dave", "a guess"), "");
        assertThat(list(sidecar, dave, HOME)).isEqualTo(200);
        for (int i = 0; i < FORGERIES; i++) {
            assertThat(list(sidecar, forged, OTHER_PLACE)).isEqualTo(403);
            assertThat(list(sidecar, forged, HOME)).isEqualTo(403);
        }

        assertThat(served(sidecar, dave)).isEqualTo(LIMIT - 1);

        assertThat(list(sidecar, unpadded, HOME)).isEqualTo(503);
        var oneEscape = new S3Credentials(token("d\\u0061ve", PASSWORD), "");
        var another = new S3Credentials(token("da\\u0076e", PASSWORD), "");
        assertThat(served(sidecar, oneEscape, another)).isEqualTo(LIMIT);
        assertThat(AdminPort.usage(sidecar)).contains("\"dave\"");
        assertThat(sidecar.log() + AdminPort.usage(sidecar))
                .doesNotContain(dave.accessKey(), forged.accessKey(), "secret");
    }

    private static void checkKeystone(SidecarProcess sidecar) throws IOException {
        var first = new S3Credentials("EC2KEY1", "ec2secret1");
        var second = new S3Credentials("EC2KEY2", "ec2secret2");
        var notListed = new S3Credentials("EC2KEY3", "ec2secret3");
        for (int i = 0; i < FORGERIES; i++) {
            assertThat(list(sidecar, new S3Credentials("EC2KEY1", "a guess"), OTHER_PLACE))
                    .isEqualTo(403);
        }

        assertThat(served(sidecar, first, second)).isEqualTo(LIMIT);
        assertThat(served(sidecar, notListed)).isEqualTo(LIMIT);

        assertThat(AdminPort.usage(sidecar)).contains(PROJECT, "\"key:");
    }
}
