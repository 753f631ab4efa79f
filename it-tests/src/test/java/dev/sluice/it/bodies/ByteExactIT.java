package dev.sluice.it.bodies;

import dev.sluice.it.harness.s3.RgwRelease;

/** Runs the contract before this machine's own radosgw. */
class ByteExactIT extends ByteExactContract {
    @Override
    RgwRelease release() {
        return RgwRelease.HOST;
    }
}
