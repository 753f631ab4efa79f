package dev.sluice.it.clients;

import dev.sluice.it.harness.s3.RgwRelease;
import dev.sluice.it.harness.s3.S3Backend;
import dev.sluice.it.harness.s3.S3Target;

/** Runs the contract against radosgw 18.2 alone, which proves the tests. */
class Rgw18DirectIT extends S3ClientContract {
    @Override
    protected S3Target open() {
        var backend = S3Backend.rgw(RgwRelease.TRIXIE);
        return new S3Target(backend.endpoints().get(0), backend);
    }
}
