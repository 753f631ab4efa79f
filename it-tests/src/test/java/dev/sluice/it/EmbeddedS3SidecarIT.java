package dev.sluice.it;

import org.junit.jupiter.api.AfterAll;

/** A sidecar before the embedded server, whose clients also sign trailers. */
class EmbeddedS3SidecarIT extends S3ClientContract {
    private SidecarProcess sidecar;

    @Override
    S3Target open() {
        var backend = S3Backend.embedded();
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
