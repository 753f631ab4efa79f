package dev.sluice.policy.rgw.client;

import dev.sluice.common.HostPort;
import dev.sluice.policy.identity.SecretKey;
import dev.sluice.policy.keys.GatewayTrust;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How RGW's Admin Ops API is asked for users and rate limits.
 *
 * @param endpoint where
 * @param tls empty: without TLS
 * @param host the {@code Host} header: a name that RGW does not take for a bucket
 * @param entry where the API begins: {@code rgw_admin_entry}
 * @param accessKey of the admin user; never shown
 * @param secretKeyFile holds the secret key; read again when RGW refuses it
 * @param secret what the file held at the start
 * @param refresh how old what is known of a user in use may become, 1 s to 24 h
 * @param callsPerSecondMax of all calls together
 * @param limits what becomes of RGW's rate limits
 */
public record RgwAdminSettings(
        HostPort endpoint,
        Optional<GatewayTrust> tls,
        String host,
        String entry,
        String accessKey,
        Path secretKeyFile,
        SecretKey secret,
        Duration refresh,
        int callsPerSecondMax,
        RgwLimits limits) {
    /** The default of {@code refresh}. */
    public static final Duration REFRESH_DEFAULT = Duration.ofSeconds(30);
    /** The default of {@code max-rate}. */
    public static final int CALLS_PER_SECOND_DEFAULT = 50;

    /**
     * RGW's rate limits.
     *
     * @param use whether they are enforced
     * @param reach what they are meant for
     * @param interval RGW's {@code rgw_ratelimit_interval}: each limit is an amount per interval, 1 s to 24 h
     */
    public record RgwLimits(RgwLimitsUse use, RgwLimitsReach reach, Duration interval) {
        /** Shadow limits of the zone, a minute each. */
        public static final RgwLimits DEFAULT =
                new RgwLimits(RgwLimitsUse.SHADOW, RgwLimitsReach.ZONE, Duration.ofSeconds(60));
    }

    @Override
    public String toString() {
        return "rgw-admin at " + endpoint;
    }
}
