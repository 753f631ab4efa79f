package dev.sluice.it.bodies;

import dev.sluice.it.harness.s3.RgwRelease;

/** Of what this machine has: release 16.2 knows no checksums in trailers. */
class UploadFormsIT extends UploadFormsContract {
    @Override
    RgwRelease release() {
        return RgwRelease.HOST;
    }
}
