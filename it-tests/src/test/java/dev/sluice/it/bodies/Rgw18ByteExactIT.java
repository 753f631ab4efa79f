package dev.sluice.it.bodies;

import dev.sluice.it.harness.s3.RgwRelease;

/** Runs the contract before radosgw 18.2, with checksums in trailers too. */
class Rgw18ByteExactIT extends ByteExactContract {
    @Override
    RgwRelease release() {
        return RgwRelease.TRIXIE;
    }
}
