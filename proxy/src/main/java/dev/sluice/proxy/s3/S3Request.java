package dev.sluice.proxy.s3;

import dev.sluice.limits.model.OperationClass;

/**
 * A request for the S3 API.
 *
 * @param operation the class as which it is charged
 * @param bucketTenant the tenant written before the bucket ({@code acme:images}); empty: none was written, the bucket
 *     is the requester's tenant's
 * @param bucket empty: none
 * @param accessKey the claimed access key, never to be logged; empty: anonymous
 */
public record S3Request(OperationClass operation, String bucketTenant, String bucket, String accessKey)
        implements GatewayRequest {
    /** What {@link #bucketTenant} is for {@code :bucket}: a bucket of the global tenant, whoever asks. */
    static final String NO_TENANT = ":";

    /**
     * The bucket as limits name it.
     *
     * @param requesterTenant empty: none
     */
    public String bucketKey(String requesterTenant) {
        if (bucket.isEmpty()) {
            return "";
        }
        String tenant = bucketTenant.isEmpty() ? requesterTenant : bucketTenant;
        return tenant.isEmpty() || tenant.equals(NO_TENANT) ? bucket : tenant + ":" + bucket;
    }

    /** The same request with another claim. */
    public S3Request withAccessKey(String other) {
        return new S3Request(operation, bucketTenant, bucket, other);
    }

    /** Without the access key. */
    @Override
    public String toString() {
        return "S3Request[" + operation + " bucket=" + bucket + "]";
    }
}
