package dev.sluice.proxy.s3;

/** The APIs that a gateway serves on one port. */
public enum GatewayApi {
    /** With STS, IAM and topics, which are forms sent to its root. */
    S3,
    SWIFT,
    /** Where Swift clients get a token. */
    SWIFT_AUTH,
    /** The Admin Ops API. */
    ADMIN
}
