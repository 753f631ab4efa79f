package dev.sluice.proxy.quota.envoy;

import dev.sluice.proxy.admin.http.TokenCheck;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * The methods that can be called: {@code ShouldRateLimit}, and the health check of gRPC, which needs no token. Thread-safe;
 * never blocks.
 */
final class GrpcMethods {
    static final String SHOULD_RATE_LIMIT = "/envoy.service.ratelimit.v3.RateLimitService/ShouldRateLimit";
    static final String HEALTH_CHECK = "/grpc.health.v1.Health/Check";

    private static final int SERVING = 1;
    private static final int NOT_SERVING = 2;

    private final DescriptorLimits limits;
    private final TokenCheck token;
    private final BooleanSupplier isServing;
    private final LongSupplier nanoClock;

    /** @param isServing whether this node is ready for calls */
    GrpcMethods(DescriptorLimits limits, TokenCheck token, BooleanSupplier isServing, LongSupplier nanoClock) {
        this.limits = limits;
        this.token = token;
        this.isServing = isServing;
        this.nanoClock = nanoClock;
    }

    /**
     * Refuses a call by its head alone.
     *
     * @param authorization the header; empty: none
     */
    void check(String path, String authorization) throws GrpcException {
        switch (path) {
            case SHOULD_RATE_LIMIT -> {
                if (!token.allows(authorization)) {
                    throw new GrpcException(
                            GrpcStatus.UNAUTHENTICATED, "the header authorization needs the token: Bearer TOKEN");
                }
            }
            case HEALTH_CHECK -> {}
            default -> throw new GrpcException(GrpcStatus.UNIMPLEMENTED, "there is no such method here");
        }
    }

    /** The response to a message. */
    byte[] call(String path, byte[] message) throws GrpcException {
        if (path.equals(HEALTH_CHECK)) {
            return new ProtobufWriter()
                    .number(1, isServing.getAsBoolean() ? SERVING : NOT_SERVING)
                    .toByteArray();
        }
        try {
            RateLimitRequest request = RateLimitRequest.parse(message);
            return limits.decide(request, nanoClock.getAsLong()).toByteArray();
        } catch (MalformedProtobufException e) {
            throw new GrpcException(GrpcStatus.INVALID_ARGUMENT, String.valueOf(e.getMessage()));
        }
    }
}
