package dev.sluice.proxy.s3;

/** What limits need to know of a request. No text form of one contains a credential. */
public sealed interface GatewayRequest
        permits S3Request, SwiftRequest, S3InSwiftPath, WebIdentityRequest, ExemptRequest, FormRequest {}
