package dev.sluice.proxy.quota.http;

import dev.sluice.proxy.admin.http.BadRequestException;

/** Responds to the requests of one route. Called on event loops, by several at once: must not block. */
@FunctionalInterface
public interface QuotaHandler {
    /**
     * Responds.
     *
     * @param nowNanos monotonic
     * @throws BadRequestException becomes a 400 with status 1004 and its message
     */
    QuotaReply handle(QuotaRequest request, long nowNanos) throws BadRequestException;
}
