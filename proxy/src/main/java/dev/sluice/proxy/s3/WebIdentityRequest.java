package dev.sluice.proxy.s3;

/**
 * A request with an S3 credential, whose query asks for a session by a token of another issuer. Radosgw 16 and 18 then go by
 * that token, whatever the request is, and look at no signature ({@code RGWHandler_REST_S3::authorize}); other servers do. So
 * a response to it proves no access key.
 *
 * @param s3 how it is read without that token
 */
public record WebIdentityRequest(S3Request s3) implements GatewayRequest {
    /** The action of STS that has no signature. */
    static final String ACTION = "AssumeRoleWithWebIdentity";
}
