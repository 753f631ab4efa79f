package dev.sluice.policy.rgw.client;

/** Lists what RGW has. Each call is one request, blocks, and never throws because of what RGW returns. */
public interface RgwNames {
    /**
     * Some users, {@code uid} or {@code tenant$uid}.
     *
     * @param marker that of the page before; empty: the first page
     */
    RgwLookup<RgwNamePage> users(String marker);

    /** All buckets, {@code name} or {@code tenant:name}. */
    RgwLookup<RgwNamePage> buckets();
}
