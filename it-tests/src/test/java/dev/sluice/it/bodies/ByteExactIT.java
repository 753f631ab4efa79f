package dev.sluice.it.bodies;

import dev.sluice.it.harness.s3.RgwRelease;

/** Before the radosgw that this machine has. */
class ByteExactIT extends ByteExactContract {
    @Override
    RgwRelease release() {
        return RgwRelease.HOST;
    }
}
