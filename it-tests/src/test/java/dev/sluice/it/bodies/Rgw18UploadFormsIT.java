package dev.sluice.it.bodies;

import dev.sluice.it.harness.s3.RgwRelease;

/** Of release 18.2, which knows all forms. */
class Rgw18UploadFormsIT extends UploadFormsContract {
    @Override
    RgwRelease release() {
        return RgwRelease.TRIXIE;
    }
}
