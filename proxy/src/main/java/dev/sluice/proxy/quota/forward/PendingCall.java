package dev.sluice.proxy.quota.forward;

import dev.sluice.proxy.quota.http.QuotaResponse;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A call that waits for a connection or a response. Belongs to the loop of the connections, besides its future. */
final class PendingCall {
    private final ForwardRequest request;
    private final CompletableFuture<QuotaResponse> response;
    private @Nullable Runnable onEnd;
    private @Nullable Runnable onExpiry;
    private boolean wasSent;
    private boolean isDone;

    PendingCall(ForwardRequest request, CompletableFuture<QuotaResponse> response) {
        this.request = request;
        this.response = response;
    }

    ForwardRequest request() {
        return request;
    }

    /** Sets what is called once it has a response or has failed. */
    void onEnd(Runnable task) {
        onEnd = task;
    }

    /** Sets what is called if it takes too long. */
    void onExpiry(Runnable task) {
        onExpiry = task;
    }

    /** All of its bytes were handed to the network: the node may make it. */
    void sent() {
        wasSent = true;
    }

    boolean isDone() {
        return isDone;
    }

    void complete(QuotaResponse answer) {
        if (!isDone) {
            isDone = true;
            run(onEnd);
            response.complete(answer);
        }
    }

    /** Fails as sent or not, whichever it was. */
    void fail(String message) {
        if (!isDone) {
            isDone = true;
            run(onEnd);
            response.completeExceptionally(new ForwardFailure(wasSent, message));
        }
    }

    void expire() {
        if (!isDone) {
            fail("it took too long");
            run(onExpiry);
        }
    }

    private static void run(@Nullable Runnable task) {
        if (task != null) {
            task.run();
        }
    }
}
