package dev.sluice.it;

/** The tests themselves, proven against radosgw 18.2 alone. */
class Rgw18DirectIT extends S3ClientContract {
    @Override
    S3Target open() {
        var backend = S3Backend.rgw(RgwRelease.TRIXIE);
        return new S3Target(backend.endpoints().get(0), backend);
    }
}
