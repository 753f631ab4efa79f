package dev.sluice.policy.settings;

import dev.sluice.policy.source.PolicyLayer;

/**
 * What a sidecar starts with.
 *
 * @param settings the settings file
 * @param limits the limits file that it names
 */
public record Configuration(Settings settings, PolicyLayer limits) {}
