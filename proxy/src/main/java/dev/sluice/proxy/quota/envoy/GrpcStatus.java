package dev.sluice.proxy.quota.envoy;

/** The status codes of gRPC that are used here (grpc.io/docs/guides/status-codes). */
enum GrpcStatus {
    INVALID_ARGUMENT(3),
    RESOURCE_EXHAUSTED(8),
    UNIMPLEMENTED(12),
    INTERNAL(13),
    UNAUTHENTICATED(16);

    private final int code;

    GrpcStatus(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
