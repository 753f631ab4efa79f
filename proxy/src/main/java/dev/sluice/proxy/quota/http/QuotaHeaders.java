package dev.sluice.proxy.quota.http;

/**
 * What the head of a request has beside method and path. Each is empty where the client did not send it.
 *
 * @param authorization for the check of the token; routes leave it alone
 * @param ifMatch the header {@code If-Match}
 * @param ifNoneMatch the header {@code If-None-Match}
 * @param idempotencyKey the header {@code Idempotency-Key}
 * @param client address and port of the client, for people and the audit log
 * @param query behind the question mark, as it was sent
 * @param isForwarded whether another node forwarded the request; it is not forwarded again
 */
public record QuotaHeaders(
        String authorization,
        String ifMatch,
        String ifNoneMatch,
        String idempotencyKey,
        String client,
        String query,
        boolean isForwarded) {
    /** The header of a request that a node forwards to another one. */
    public static final String FORWARDED = "x-sluice-forwarded";

    /** None of them. */
    public static final QuotaHeaders NONE = new QuotaHeaders("", "", "", "", "");

    /** Those of a client's request without a query. */
    public QuotaHeaders(
            String authorization, String ifMatch, String ifNoneMatch, String idempotencyKey, String client) {
        this(authorization, ifMatch, ifNoneMatch, idempotencyKey, client, "", false);
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "from " + client;
    }
}
