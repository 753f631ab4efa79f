package dev.sluice.proxy.quota.http;

/**
 * What the head of a request has beside method and path. Each is empty where the client did not send it.
 *
 * @param authorization for the check of the token; routes leave it alone
 * @param ifMatch the header {@code If-Match}
 * @param ifNoneMatch the header {@code If-None-Match}
 * @param idempotencyKey the header {@code Idempotency-Key}
 * @param client address and port of the client, for people and the audit log
 */
public record QuotaHeaders(
        String authorization, String ifMatch, String ifNoneMatch, String idempotencyKey, String client) {
    /** None of them. */
    public static final QuotaHeaders NONE = new QuotaHeaders("", "", "", "", "");

    /** Without the token. */
    @Override
    public String toString() {
        return "from " + client;
    }
}
