package dev.sluice.policy.rgw.client;

import java.util.Locale;

/** What RGW's rate limits are meant for: {@code rgw-admin.limits-are}. */
public enum RgwLimitsReach {
    /** Each is what all gateways together may serve. */
    ZONE,
    /** Each is what one gateway may serve, as RGW itself enforces it: all together may serve as many times more. */
    GATEWAY;

    /** The value in the settings file. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
