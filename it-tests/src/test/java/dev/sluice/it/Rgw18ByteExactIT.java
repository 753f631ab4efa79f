package dev.sluice.it;

/** Before radosgw 18.2, with checksums in trailers too. */
class Rgw18ByteExactIT extends ByteExactContract {
    @Override
    RgwRelease release() {
        return RgwRelease.TRIXIE;
    }
}
