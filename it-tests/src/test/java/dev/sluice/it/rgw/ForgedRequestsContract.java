package dev.sluice.it.rgw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.it.harness.net.WireHttpClient;
import dev.sluice.it.harness.net.WireHttpClient.WireResponse;
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
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever knows alice's access key and not her secret spends nothing of her limit: before a gateway with STS, which answers
 * AccessDenied to a wrong signature, and before one without.
 */
abstract class ForgedRequestsContract {
    private static final int LIMIT = 40;
    private static final int FORGERIES = 15;
    private static final String HOME = "127.0.0.1";
    private static final String OTHER_PLACE = "127.0.0.2";
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String LIMITS = "users { alice { read-ops = " + LIMIT + "/h, write-ops = " + LIMIT + "/h } }";
    private static final String STS = "--rgw-s3-auth-use-sts=true --rgw-sts-key=abcdefghijklmnop";
    private static final List<String> METHODS = List.of("GET", "HEAD", "PUT");

    private final RgwRelease release;

    ForgedRequestsContract(RgwRelease release) {
        this.release = release;
    }

    private static WireResponse send(SidecarProcess to, String method, String path, S3Credentials keys, String from)
            throws IOException {
        SigV4Signer.Signed signed = new SigV4Signer(keys, Instant.now())
                .inHeader(method, path, "", List.of("Host: " + S3Backend.DOMAIN), new byte[0]);
        try (WireHttpClient http = WireHttpClient.connect(to.s3(), from)) {
            http.send(SigV4Signer.bytes(method + " " + path + " HTTP/1.1\r\n" + String.join("\r\n", signed.lines())
                    + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
            return http.readResponse(method.equals("HEAD"));
        }
    }

    private static void forge(SidecarProcess sidecar, S3Credentials alice, String from) throws IOException {
        S3Credentials forger = new S3Credentials(alice.accessKey(), "not-her-secret");
        for (int i = 0; i < FORGERIES; i++) {
            for (String method : METHODS) {
                String path = i % 2 == 0 ? "/no-such-bucket/o" : "/";
                if (!method.equals("PUT") || !path.equals("/")) {
                    assertThat(send(sidecar, method, path, forger, from).status())
                            .isIn(403, 503);
                }
            }
        }
    }

    /** How many of alice's requests are served until the first one that is not. */
    private static int served(SidecarProcess sidecar, S3Credentials alice) throws IOException {
        int served = 0;
        while (served <= LIMIT && send(sidecar, "GET", "/", alice, HOME).status() == 200) {
            served++;
        }
        return served;
    }

    private static double disagreements(SidecarProcess sidecar) {
        return AdminPort.metric(sidecar, "sluice_signature_disagreements_total{on=\"signature\"}")
                + AdminPort.metric(sidecar, "sluice_signature_disagreements_total{on=\"time\"}");
    }

    @Test
    void keyWithAKnownSecret_isSafeFromHerOwnAddressToo(@TempDir Path folder) throws Exception {
        RgwTestBed bed = RgwTestBed.require(release);
        S3Backend backend = S3Backend.rgw(release);
        URI gateway = bed.startGateway(STS);
        String config = RgwAdminAccess.make(bed, folder).config("limits = off");
        try (SidecarProcess sidecar =
                SidecarSetup.before(gateway).limits(LIMITS).config(config).start()) {
            assertThat(send(sidecar, "GET", "/", backend.alice(), HOME).status())
                    .isEqualTo(200);
            await().atMost(SOON).until(() -> AdminPort.metric(sidecar, "sluice_rgw_keys") > 0);
            // From here on nothing but a signature proves a request of hers.
            int first = 1;

            forge(sidecar, backend.alice(), HOME);
            forge(sidecar, backend.alice(), OTHER_PLACE);

            // What was served before her key was known counted for the key.
            assertThat(served(sidecar, backend.alice())).isBetween(LIMIT - first, LIMIT);
            assertThat(disagreements(sidecar)).isZero();
            assertThat(AdminPort.metric(sidecar, "sluice_claims_total{proof=\"signature\"}"))
                    .isGreaterThanOrEqualTo(LIMIT - 1);
            assertHidden(sidecar, backend.alice());
        }
    }

    @Test
    void keyWithoutAKnownSecret_isSafeFromOtherAddresses() throws Exception {
        S3Backend backend = S3Backend.rgw(release);
        String keys = "access-keys { " + backend.alice().accessKey() + " = alice }";
        try (SidecarProcess sidecar = SidecarSetup.before(backend.endpoints().get(0))
                .limits(LIMITS + "\n" + keys)
                .start()) {
            assertThat(send(sidecar, "GET", "/", backend.alice(), HOME).status())
                    .isEqualTo(200);

            forge(sidecar, backend.alice(), OTHER_PLACE);

            assertThat(served(sidecar, backend.alice())).isEqualTo(LIMIT - 1);
            assertThat(AdminPort.usage(sidecar)).contains("\"unproven\"", OTHER_PLACE);
            assertHidden(sidecar, backend.alice());
        }
    }

    /** The first forgery is charged; then sixteen proofs in a row are needed. */
    @Test
    void keyWithoutAKnownSecret_losesOneRequestToAForgerAtHerOwnAddress() throws Exception {
        S3Backend backend = S3Backend.rgw(release);
        String keys = "access-keys { " + backend.alice().accessKey() + " = alice }";
        try (SidecarProcess sidecar = SidecarSetup.before(backend.endpoints().get(0))
                .limits(LIMITS + "\n" + keys)
                .start()) {
            assertThat(send(sidecar, "GET", "/", backend.alice(), HOME).status())
                    .isEqualTo(200);

            forge(sidecar, backend.alice(), HOME);

            assertThat(served(sidecar, backend.alice())).isEqualTo(LIMIT - 2);
        }
    }

    private static void assertHidden(SidecarProcess sidecar, S3Credentials keys) throws IOException {
        assertThat(sidecar.log()
                        + AdminPort.usage(sidecar)
                        + AdminPort.ready(sidecar)
                        + AdminPort.peers(sidecar)
                        + WireHttpClient.get(sidecar.admin().resolve("/metrics"))
                                .body())
                .doesNotContain(keys.accessKey(), keys.secretKey(), "Signature=");
    }
}
