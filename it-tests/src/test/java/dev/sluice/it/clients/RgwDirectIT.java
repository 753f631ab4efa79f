package dev.sluice.it.clients;

import dev.sluice.it.harness.s3.S3Backend;
import dev.sluice.it.harness.s3.S3Target;

/** Runs the contract against radosgw alone, which proves the tests. */
class RgwDirectIT extends S3ClientContract {
    @Override
    protected S3Target open() {
        var backend = S3Backend.rgw();
        return new S3Target(backend.endpoints().get(0), backend);
    }
}
