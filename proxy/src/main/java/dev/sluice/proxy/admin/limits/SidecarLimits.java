package dev.sluice.proxy.admin.limits;

import dev.sluice.proxy.admin.api.LimitsComparison;

/**
 * Another sidecar's limits.
 *
 * @param node its name
 * @param limits whether they are those of this sidecar now, by its last report
 */
public record SidecarLimits(String node, LimitsComparison limits) {}
