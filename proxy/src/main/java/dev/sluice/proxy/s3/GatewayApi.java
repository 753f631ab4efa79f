package dev.sluice.proxy.s3;

/** The APIs that RGW serves on one port. */
public enum GatewayApi {
    S3,
    /** {@code /swift} and {@code /auth}. */
    SWIFT,
    /** The Admin Ops API. */
    ADMIN,
    /** A load balancer's probe: {@code /swift/healthcheck}, or an anonymous {@code HEAD /} or {@code OPTIONS /}. */
    PROBE
}
