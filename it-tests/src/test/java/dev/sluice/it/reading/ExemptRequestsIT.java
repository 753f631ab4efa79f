package dev.sluice.it.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.it.harness.net.WireHttpClient;
import dev.sluice.it.harness.s3.RgwRelease;
import dev.sluice.it.harness.s3.RgwTestBed;
import dev.sluice.it.harness.s3.S3Backend;
import dev.sluice.it.harness.s3.S3Credentials;
import dev.sluice.it.harness.s3.SigV4Signer;
import dev.sluice.it.harness.sidecar.SidecarProcess;
import dev.sluice.it.harness.sidecar.SidecarSetup;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Where all is forbidden, only probes, the Admin API and system users get through to a real radosgw. */
@Execution(ExecutionMode.CONCURRENT)
class ExemptRequestsIT {
    private static final S3Credentials ALICE = new S3Credentials("ALICEKEY1", "alicesecret1");
    private static final S3Credentials ADMIN = new S3Credentials("ADMINKEY1", "adminsecret1");
    private static final S3Credentials BOB = new S3Credentials("BOBKEY1", "bobsecret1");
    private static final String NOTHING = """
            total { read-ops = 0/s, write-ops = 0/s }
            system-users = [bob]
            access-keys { ALICEKEY1 = alice, BOBKEY1 = bob, ADMINKEY1 = admin }
            """;
    private static final String FEW = "users { alice { read-ops = 5/min } }\naccess-keys { ALICEKEY1 = alice }";
    private static final String ONLY_S3_AND_ADMIN = "sluice.gateway.apis = [s3, admin]";

    @Test
    void onlyProbesAdminApiAndSystemUsers_getThrough() throws Exception {
        RgwTestBed.require(RgwRelease.HOST);
        URI gateway = S3Backend.rgw().endpoints().get(0);
        try (SidecarProcess sidecar =
                SidecarSetup.before(gateway).limits(NOTHING).start()) {
            assertExempt(sidecar.s3());

            assertThat(status(sidecar.s3(), "GET", "/swift/healthcheck", "127.0.0.1"))
                    .isEqualTo(200);
            for (String target : List.of("/swift/v1", "/swift/v1/pub/o", "/swift/info", "/auth/v1.0", "/auth")) {
                assertThat(status(sidecar.s3(), "GET", target, S3Backend.DOMAIN))
                        .as(target)
                        .isEqualTo(498);
            }
        }
    }

    @Test
    void onlyProbesAdminApiAndSystemUsers_getThrough_beforeAGatewayWithoutSwift() throws Exception {
        URI gateway = RgwTestBed.require(RgwRelease.HOST).startGateway("--rgw-enable-apis=s3,admin");
        for (String bucket : List.of("/swift", "/auth")) {
            assertThat(signed(gateway, "PUT", bucket, ALICE)).isEqualTo(200);
        }
        try (SidecarProcess sidecar = SidecarSetup.before(gateway)
                .limits(NOTHING)
                .config(ONLY_S3_AND_ADMIN)
                .start()) {
            assertExempt(sidecar.s3());

            for (String target : List.of("/swift", "/swift/healthcheck", "/swift/v1/c/o", "/auth/v1.0")) {
                assertThat(status(sidecar.s3(), "GET", target, S3Backend.DOMAIN))
                        .as(target)
                        .isEqualTo(503);
                assertThat(signed(sidecar.s3(), "GET", target, ALICE))
                        .as(target)
                        .isEqualTo(503);
            }

            sidecar.writeLimits(FEW);
            await().until(() -> signed(sidecar.s3(), "GET", "/swift", ALICE) == 200);
            assertCountsForItsUser(sidecar, 1);
        }
        // Also without the setting, a signed request in a path of Swift counts for its user.
        try (SidecarProcess sidecar = SidecarSetup.before(gateway).limits(FEW).start()) {
            assertCountsForItsUser(sidecar, 0);
        }
    }

    /** Its buckets may have the names under which RGW has its other APIs, and it has no Admin API that were exempt. */
    @Test
    void onlyProbes_getThrough_beforeAServerOfS3Alone() throws Exception {
        try (S3Backend other = S3Backend.embedded();
                SidecarProcess sidecar = SidecarSetup.before(other.endpoints().get(0))
                        .limits("total { read-ops = 0/s, write-ops = 0/s }")
                        .config("sluice.gateway.apis = [s3]")
                        .start()) {
            for (String probe : List.of("/minio/health/live", "/health")) {
                assertThat(status(sidecar.s3(), "GET", probe, "127.0.0.1"))
                        .as(probe)
                        .isNotEqualTo(503);
            }
            assertThat(status(sidecar.s3(), "HEAD", "/", "127.0.0.1")).isNotEqualTo(503);
            for (String target : List.of("/", "/admin", "/admin/user?uid=alice", "/swift/v1/c/o", "/auth", "/b/k")) {
                assertThat(signed(sidecar.s3(), "GET", target, ADMIN))
                        .as("signed " + target)
                        .isEqualTo(503);
                assertThat(status(sidecar.s3(), "PUT", target, S3Backend.DOMAIN))
                        .as(target)
                        .isEqualTo(503);
            }

            sidecar.writeLimits("total { read-ops = 1000/s }");
            await().until(() -> status(sidecar.s3(), "GET", "/admin", S3Backend.DOMAIN) != 503);
        }
    }

    private static void assertCountsForItsUser(SidecarProcess sidecar, int servedBefore) throws IOException {
        int served = servedBefore;
        for (int i = 0; i < 20; i++) {
            served += signed(sidecar.s3(), "GET", "/swift", ALICE) == 200 ? 1 : 0;
        }
        assertThat(served).isBetween(1, 5);
    }

    private static void assertExempt(URI sidecar) throws IOException {
        for (String method : List.of("HEAD", "OPTIONS")) {
            assertThat(status(sidecar, method, "/", "127.0.0.1")).as(method).isNotEqualTo(503);
        }
        assertThat(status(sidecar, "GET", "/", "127.0.0.1", "User-Agent: kube-probe/1.30"))
                .isEqualTo(200);
        assertThat(signed(sidecar, "GET", "/admin/user?uid=alice", ADMIN)).isEqualTo(200);
        assertThat(signed(sidecar, "GET", "/", BOB)).isEqualTo(200);

        assertThat(status(sidecar, "GET", "/", "127.0.0.1")).isEqualTo(503);
        assertThat(status(sidecar, "GET", "/", S3Backend.DOMAIN, "User-Agent: Mozilla/5.0"))
                .isEqualTo(503);
        assertThat(signed(sidecar, "GET", "/", ALICE)).isEqualTo(503);
        assertThat(signed(sidecar, "HEAD", "/", ALICE)).isEqualTo(503);
        for (String target : List.of("/b/k", "/%zz", "/admin%zz", "/administrator", "//admin/user", "/%2Fadmin/user")) {
            assertThat(status(sidecar, "GET", target, S3Backend.DOMAIN))
                    .as(target)
                    .isEqualTo(503);
        }
        for (String host : List.of("12345", "x_y", "b.s3.localhost")) {
            for (String target : List.of("/admin/user", "/swift/healthcheck", "/swift/v1/c", "/auth", "/")) {
                assertThat(status(sidecar, "HEAD", target, host))
                        .as(host + target)
                        .isEqualTo(503);
            }
        }
    }

    private static int signed(URI to, String method, String target, S3Credentials keys) throws IOException {
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        String query = question < 0 ? "" : target.substring(question + 1);
        List<String> lines = new ArrayList<>(List.of("Host: " + S3Backend.DOMAIN));
        SigV4Signer.Signed signed =
                new SigV4Signer(keys, Instant.now()).inHeader(method, path, query, lines, new byte[0]);
        return send(to, method, signed.target(), signed.lines());
    }

    private static int status(URI to, String method, String target, String host, String... more) throws IOException {
        List<String> lines = new ArrayList<>(List.of("Host: " + host));
        lines.addAll(List.of(more));
        return send(to, method, target, lines);
    }

    private static int send(URI to, String method, String target, List<String> lines) throws IOException {
        try (WireHttpClient http = WireHttpClient.connect(to)) {
            http.send(SigV4Signer.bytes(method + " " + target + " HTTP/1.1\r\n" + String.join("\r\n", lines)
                    + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
            return http.readResponse(method.equals("HEAD")).status();
        }
    }
}
