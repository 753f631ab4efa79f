package dev.sluice.it.clients;

import dev.sluice.it.harness.s3.RgwRelease;
import dev.sluice.it.harness.s3.S3Backend;
import dev.sluice.it.harness.s3.S3Target;
import dev.sluice.it.harness.sidecar.SidecarProcess;
import dev.sluice.it.harness.sidecar.SidecarSetup;
import org.junit.jupiter.api.AfterAll;

/** Runs the contract through a sidecar before radosgw 18.2. */
class Rgw18SidecarIT extends S3ClientContract {
    private SidecarProcess sidecar;

    @Override
    protected S3Target open() {
        var backend = S3Backend.rgw(RgwRelease.TRIXIE);
        sidecar = SidecarSetup.before(backend.endpoints().get(0)).start();
        return new S3Target(sidecar.s3(), backend);
    }

    @AfterAll
    void closeSidecar() {
        if (sidecar != null) {
            sidecar.close();
        }
    }
}
