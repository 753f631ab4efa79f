package dev.sluice.proxy.quota.http;

import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** What a route returns: a response, one that comes later, or one that goes on. Immutable. */
public sealed interface QuotaReply permits QuotaResponse, QuotaReply.Later, QuotaReply.Stream {
    /**
     * A response that comes later, on any thread. A stage that fails becomes a 500, and is logged. The connection waits:
     * the responses of its later requests follow.
     */
    record Later(CompletionStage<QuotaResponse> response) implements QuotaReply {}

    /**
     * A response that goes on until the client leaves: server-sent events.
     *
     * @param source takes the client in; what it returns is run once, when the client is gone
     */
    record Stream(Function<StreamSink, Runnable> source) implements QuotaReply {}
}
