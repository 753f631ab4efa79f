package dev.sluice.policy.rgw.client;

/**
 * RGW's limits for those without one of their own.
 *
 * @param user each user
 * @param bucket each bucket
 * @param anonymous all requests without credentials; if it isn't enabled, {@code user} applies to them as to one user
 */
public record RgwGlobalLimits(RgwRateLimit user, RgwRateLimit bucket, RgwRateLimit anonymous) {
    /** No limits. */
    public static final RgwGlobalLimits NONE =
            new RgwGlobalLimits(RgwRateLimit.DISABLED, RgwRateLimit.DISABLED, RgwRateLimit.DISABLED);

    /** What applies to requests without credentials. */
    public RgwRateLimit ofAnonymous() {
        return anonymous.isEnabled() ? anonymous : user;
    }
}
