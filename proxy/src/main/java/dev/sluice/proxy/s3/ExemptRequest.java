package dev.sluice.proxy.s3;

/** Requests that no limit applies to. */
public enum ExemptRequest implements GatewayRequest {
    /** The Admin Ops API, which RGW does not limit either. */
    ADMIN,
    /** It shows whether the gateway lives. */
    PROBE
}
