package dev.sluice.proxy.quota.forward;

import dev.sluice.proxy.quota.http.QuotaResponse;
import java.util.concurrent.CompletableFuture;

/** Sends calls to other nodes. */
@FunctionalInterface
interface NodeSender {
    /**
     * Sends a call; any thread.
     *
     * @param timeoutNanos the most that it may take
     * @return the response, or a {@link ForwardFailure}; it completes on the sender's thread
     */
    CompletableFuture<QuotaResponse> send(RoleNode to, ForwardRequest request, long timeoutNanos);
}
