package dev.sluice.policy.rgw.client;

import java.util.Locale;

/** What becomes of the rate limits that RGW's users and buckets have: {@code rgw-admin.limits}. */
public enum RgwLimitsUse {
    /** They are not read. */
    OFF,
    /** They are counted, and nothing is rejected because of them. */
    SHADOW,
    /** Requests beyond them are rejected. */
    ENFORCE;

    /** The value in the settings file. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
