package dev.sluice.it.bodies;

import dev.sluice.it.harness.s3.RgwRelease;

/** Runs the contract with release 18.2, which supports all forms. */
class Rgw18UploadFormsIT extends UploadFormsContract {
    @Override
    RgwRelease release() {
        return RgwRelease.TRIXIE;
    }
}
