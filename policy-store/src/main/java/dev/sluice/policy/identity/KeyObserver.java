package dev.sluice.policy.identity;

/**
 * Is informed of what RGW's responses prove about access keys. Only a key that RGW has accepted is ever looked up, so
 * invented keys cost nothing.
 *
 * <p>Event loops call it for every response. Implementations are thread-safe, never block, and allocate nothing for what
 * they know already.
 */
public interface KeyObserver {
    /**
     * RGW has served a request that was signed with this access key, whose owner was not known when the request came. Not to be
     * called for keys of STS sessions.
     */
    void accepted(String accessKey);

    /** RGW knows no such access key ({@code InvalidAccessKeyId}). */
    void refused(String accessKey);

    /**
     * RGW has served a request in a bucket.
     *
     * @param bucket {@code name} or {@code tenant:name}
     */
    void served(String bucket);

    /** RGW has served a request to its Admin API that may have changed users, keys or limits: any but GET and HEAD. */
    void adminWrite();
}
