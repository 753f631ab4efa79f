package dev.sluice.proxy.admin.api;

/**
 * How the parts of a quota service are.
 *
 * @param serving whether it takes calls: false while it drains
 * @param sync the sync of usage with other nodes
 * @param quotas the files of quotas
 * @param store where allocations are kept
 * @param roles whether one node keeps allocations, as far as this one knows
 */
public record QuotaHealth(
        boolean serving, ComponentHealth sync, ComponentHealth quotas, ComponentHealth store, ComponentHealth roles) {}
