package dev.sluice.proxy.quota.definitions;

import dev.sluice.policy.quotasfile.QuotaKind;
import java.util.Map;
import java.util.Optional;

/**
 * One quota.
 *
 * @param quota the keys of its entry in quotas.conf; empty: it is defined nowhere any more, and closes
 * @param origin where it is set: {@code quotas.conf:8}; empty: nowhere any more
 * @param overrides another place that sets it too, and doesn't count; empty: there is none
 * @param allocated of an allocation quota: tokens that are allocated now
 * @param version of an allocation quota: counts its changes
 * @param overCapacity of an allocation quota: tokens that are allocated beyond its capacity, which was lowered
 */
record QuotaBody(
        QuotaKind kind,
        String namespace,
        String resource,
        Optional<Map<String, Object>> quota,
        String origin,
        String overrides,
        Optional<Long> allocated,
        Optional<Long> version,
        Optional<Long> overCapacity) {}
