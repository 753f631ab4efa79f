package dev.sluice.policy.source;

import dev.sluice.common.CompactMap;
import dev.sluice.limits.model.Policy;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The limits and identities of one source. {@link PolicyMerger} merges the layers of all sources. Two layers are equal if
 * they mean the same, wherever their limits are set.
 *
 * @param limits what isn't limited here may be limited by another layer
 * @param accessKeys access key to {@code uid} or {@code tenant$uid}; may be secret, so {@link #toString} leaves them
 *     out
 * @param systemUsers users that nothing limits and nothing is charged for
 * @param origins where the limits are set
 * @param isTrial whether the limits are only tried: they replace nothing that an earlier layer limits, not even what it
 *     limits for all users or buckets
 * @param allocations allocation quotas, by the {@linkplain dev.sluice.limits.model.QuotaName#subject() subject} of their names
 */
public record PolicyLayer(
        Policy limits,
        Map<String, String> accessKeys,
        Set<String> systemUsers,
        LayerOrigins origins,
        boolean isTrial,
        Map<String, AllocDefinition> allocations) {
    /** No limits, and no access key known. */
    public static final PolicyLayer EMPTY = new PolicyLayer(Policy.UNLIMITED, Map.of());

    public PolicyLayer {
        accessKeys = CompactMap.copyOf(accessKeys);
        systemUsers = Set.copyOf(systemUsers);
        allocations = CompactMap.copyOf(allocations);
    }

    /** A layer without allocation quotas. */
    public PolicyLayer(
            Policy limits,
            Map<String, String> accessKeys,
            Set<String> systemUsers,
            LayerOrigins origins,
            boolean isTrial) {
        this(limits, accessKeys, systemUsers, origins, isTrial, Map.of());
    }

    /** A layer of quotas alone; the rate quotas are in the limits. */
    public static PolicyLayer ofQuotas(Policy limits, Map<String, AllocDefinition> allocations, LayerOrigins origins) {
        return new PolicyLayer(limits, Map.of(), Set.of(), origins, false, allocations);
    }

    /** A layer of limits that count. */
    public PolicyLayer(Policy limits, Map<String, String> accessKeys, Set<String> systemUsers, LayerOrigins origins) {
        this(limits, accessKeys, systemUsers, origins, false);
    }

    /** A layer that a program made. */
    public PolicyLayer(Policy limits, Map<String, String> accessKeys, Set<String> systemUsers) {
        this(limits, accessKeys, systemUsers, LayerOrigins.UNKNOWN);
    }

    /** A layer without system users. */
    public PolicyLayer(Policy limits, Map<String, String> accessKeys) {
        this(limits, accessKeys, Set.of());
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof PolicyLayer other
                && limits.equals(other.limits)
                && accessKeys.equals(other.accessKeys)
                && systemUsers.equals(other.systemUsers)
                && isTrial == other.isTrial
                && allocations.equals(other.allocations);
    }

    @Override
    public int hashCode() {
        return Objects.hash(limits, accessKeys, systemUsers, allocations);
    }

    @Override
    public String toString() {
        return limits + " and " + accessKeys.size() + " access keys";
    }
}
