package dev.sluice.it.rgw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A sidecar with {@code identity.verify = signature} that knows the secrets of all users of a test bed: it checks every
 * signature of version 4 itself. At the end a test asks whether it has read all of them as the gateway has.
 */
public final class VerifyingSidecar implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String SIGNED = "sluice_claims_total{proof=\"signature\"}";

    private final SidecarProcess sidecar;
    private final double servedUnprovenBefore;

    private VerifyingSidecar(SidecarProcess sidecar, List<S3Credentials> users) {
        this.sidecar = sidecar;
        users.forEach(this::learn);
        this.servedUnprovenBefore = servedUnproven();
    }

    /** Starts it, and waits until it knows the users. */
    public static VerifyingSidecar start(RgwRelease release, Path folder) {
        RgwTestBed bed = RgwTestBed.require(release);
        S3Backend backend = S3Backend.rgw(release);
        SidecarProcess sidecar = SidecarSetup.before(backend.endpoints().get(0))
                .config(RgwAdminAccess.make(bed, folder).config("limits = off"))
                .config("sluice.identity.verify = signature")
                .start();
        try {
            return new VerifyingSidecar(
                    sidecar, List.of(backend.alice(), backend.aliceSecond(), backend.bob(), backend.carol()));
        } catch (RuntimeException | AssertionError e) {
            sidecar.close();
            throw e;
        }
    }

    /** RGW is asked about an access key once RGW has accepted it. */
    private void learn(S3Credentials user) {
        await().atMost(SOON).until(() -> {
            double before = AdminPort.metric(sidecar, SIGNED);
            assertThat(list(user)).isEqualTo(200);
            return AdminPort.metric(sidecar, SIGNED) > before;
        });
    }

    private int list(S3Credentials user) throws IOException {
        SigV4Signer.Signed signed = new SigV4Signer(user, Instant.now())
                .inHeader("GET", "/", "", List.of("Host: " + S3Backend.DOMAIN), new byte[0]);
        try (WireHttpClient http = WireHttpClient.connect(sidecar.s3())) {
            http.send(SigV4Signer.bytes(
                    "GET / HTTP/1.1\r\n" + String.join("\r\n", signed.lines()) + "\r\nConnection: close\r\n\r\n"));
            return http.readResponse().status();
        }
    }

    private double servedUnproven() {
        return AdminPort.metric(sidecar, "sluice_unproven_total{outcome=\"served\"}");
    }

    /** Where S3 clients are served. */
    public URI s3() {
        return sidecar.s3();
    }

    /** How many requests it has proven by their signature. */
    public double proven() {
        return AdminPort.metric(sidecar, SIGNED);
    }

    /**
     * All that the gateway has served was proven before.
     *
     * @param others how many of the requests so far have no signature of version 4 in their head, which alone is checked
     */
    public void assertAgrees(int others) {
        assertThat(AdminPort.metric(sidecar, "sluice_signature_disagreements_total{on=\"signature\"}"))
                .as("signatures that the gateway accepts and the sidecar does not")
                .isZero();
        assertThat(AdminPort.metric(sidecar, "sluice_signature_disagreements_total{on=\"time\"}"))
                .isZero();
        assertThat(servedUnproven() - servedUnprovenBefore)
                .as("requests that were served without a proof")
                .isEqualTo(others);
    }

    /** Ends it, once all that the gateway has served was proven before. */
    public void closeInAgreement() {
        try {
            assertAgrees(0);
        } finally {
            close();
        }
    }

    @Override
    public void close() {
        sidecar.close();
    }
}
