package dev.sluice.policy.rgw.client;

/** What RGW can be asked. Each call is one request, blocks, and never throws because of what RGW returns. */
public interface RgwAdminApi extends AutoCloseable {
    /** The user that an access key belongs to. */
    RgwLookup<RgwUser> userOfKey(String accessKey);

    /** A user by {@code uid} or {@code tenant$uid}. */
    RgwLookup<RgwUser> user(String name);

    /** The rate limit of a user of its own. */
    RgwLookup<RgwRateLimit> limitOfUser(String name);

    /** The rate limit of a bucket of its own; {@code name} or {@code tenant:name}. */
    RgwLookup<RgwRateLimit> limitOfBucket(String bucket);

    /** The limits for those without one of their own. */
    RgwLookup<RgwGlobalLimits> globalLimits();

    /**
     * Finds out whether RGW answers at all, and if not, why. May take more than one request.
     *
     * @return {@link RgwLookup.Found} if users can be looked up, else {@link RgwLookup.Failed}
     */
    RgwLookup<RgwState> check();

    /** Closes the connection. The next call makes a new one. */
    @Override
    void close();
}
