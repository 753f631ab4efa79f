package dev.sluice.it.bodies;

import dev.sluice.it.harness.s3.RgwRelease;

/** Runs the contract with this machine's release. */
class ReadBackIT extends ReadBackContract {
    @Override
    RgwRelease release() {
        return RgwRelease.HOST;
    }
}
