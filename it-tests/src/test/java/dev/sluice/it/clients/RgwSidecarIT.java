package dev.sluice.it.clients;

import dev.sluice.it.harness.s3.RgwRelease;
import dev.sluice.it.harness.s3.S3Backend;
import dev.sluice.it.harness.s3.S3Target;
import dev.sluice.it.rgw.VerifyingSidecar;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;

/** Runs the contract through a sidecar before radosgw, which proves each signature that the gateway accepts. */
class RgwSidecarIT extends S3ClientContract {
    @TempDir
    static Path folder;

    private VerifyingSidecar sidecar;

    @Override
    protected S3Target open() {
        sidecar = VerifyingSidecar.start(RgwRelease.HOST, folder);
        return new S3Target(sidecar.s3(), S3Backend.rgw(RgwRelease.HOST));
    }

    @AfterAll
    void closeSidecar() {
        if (sidecar != null) {
            sidecar.closeInAgreement();
        }
    }
}
