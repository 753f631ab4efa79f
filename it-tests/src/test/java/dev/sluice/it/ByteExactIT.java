package dev.sluice.it;

/** Before the radosgw that this machine has. */
class ByteExactIT extends ByteExactContract {
    @Override
    RgwRelease release() {
        return RgwRelease.HOST;
    }
}
