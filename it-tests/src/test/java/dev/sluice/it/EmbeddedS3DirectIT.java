package dev.sluice.it;

/** The tests themselves, proven against the embedded server alone. */
class EmbeddedS3DirectIT extends S3ClientContract {
    @Override
    S3Target open() {
        var backend = S3Backend.embedded();
        return new S3Target(backend.endpoints().get(0), backend);
    }
}
