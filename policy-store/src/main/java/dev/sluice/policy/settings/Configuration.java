package dev.sluice.policy.settings;

import dev.sluice.policy.source.PolicyLayer;

/**
 * What a sidecar starts with.
 *
 * @param settings the settings file
 * @param limits the limits file that it names
 * @param quotas the quotas file that it names; empty where there is no quota service
 */
public record Configuration(Settings settings, PolicyLayer limits, PolicyLayer quotas) {
    /** Without quotas. */
    public Configuration(Settings settings, PolicyLayer limits) {
        this(settings, limits, PolicyLayer.EMPTY);
    }
}
