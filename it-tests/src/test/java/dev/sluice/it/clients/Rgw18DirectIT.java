package dev.sluice.it.clients;

import dev.sluice.it.harness.s3.RgwRelease;
import dev.sluice.it.harness.s3.S3Backend;
import dev.sluice.it.harness.s3.S3Target;

/** The tests themselves, proven against radosgw 18.2 alone. */
class Rgw18DirectIT extends S3ClientContract {
    @Override
    protected S3Target open() {
        var backend = S3Backend.rgw(RgwRelease.TRIXIE);
        return new S3Target(backend.endpoints().get(0), backend);
    }
}
