package dev.sluice.proxy.quota.envoy;

import java.io.Serial;

/** A call fails with a status. */
final class GrpcException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final GrpcStatus status;

    GrpcException(GrpcStatus status, String message) {
        super(message);
        this.status = status;
    }

    GrpcStatus status() {
        return status;
    }
}
