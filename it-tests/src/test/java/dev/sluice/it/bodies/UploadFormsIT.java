package dev.sluice.it.bodies;

import dev.sluice.it.harness.s3.RgwRelease;

/** Runs the contract with this machine's release; 16.2 does not support checksums in trailers. */
class UploadFormsIT extends UploadFormsContract {
    @Override
    RgwRelease release() {
        return RgwRelease.HOST;
    }
}
