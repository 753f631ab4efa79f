package dev.sluice.it;

/** The tests themselves, proven against radosgw alone. */
class RgwDirectIT extends S3ClientContract {
    @Override
    S3Target open() {
        var backend = S3Backend.rgw();
        return new S3Target(backend.endpoints().get(0), backend);
    }
}
