package dev.sluice.proxy.quota.http;

import java.util.concurrent.CompletionStage;

/** What a route returns: a response, or one that comes later. Immutable. */
public sealed interface QuotaReply permits QuotaResponse, QuotaReply.Later {
    /**
     * A response that comes later, on any thread. A stage that fails becomes a 500, and is logged. The connection waits:
     * the responses of its later requests follow.
     */
    record Later(CompletionStage<QuotaResponse> response) implements QuotaReply {}
}
