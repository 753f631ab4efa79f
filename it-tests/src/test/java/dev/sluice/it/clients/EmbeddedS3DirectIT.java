package dev.sluice.it.clients;

import dev.sluice.it.harness.s3.S3Backend;
import dev.sluice.it.harness.s3.S3Target;

/** Runs the contract against the embedded server alone, which proves the tests. */
class EmbeddedS3DirectIT extends S3ClientContract {
    @Override
    protected S3Target open() {
        var backend = S3Backend.embedded();
        return new S3Target(backend.endpoints().get(0), backend);
    }
}
