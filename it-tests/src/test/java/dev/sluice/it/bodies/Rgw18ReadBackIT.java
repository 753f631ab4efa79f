package dev.sluice.it.bodies;

import dev.sluice.it.harness.s3.RgwRelease;

/** Runs the contract with release 18.2. */
class Rgw18ReadBackIT extends ReadBackContract {
    @Override
    RgwRelease release() {
        return RgwRelease.TRIXIE;
    }
}
