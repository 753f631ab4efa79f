package dev.sluice.policy.source;

import dev.sluice.common.CompactMap;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.Policy;
import java.util.Map;

/**
 * All limits and all identities of one moment, merged of all sources. Immutable; swapped as a whole.
 *
 * @param identities by access key; keys of one user share the object. The keys may be secret, so {@link #toString}
 *     leaves them out.
 * @param allocations allocation quotas, by the subject of their names
 */
public record PolicySnapshot(
        Policy limits, Map<String, Identity> identities, Map<String, AllocDefinition> allocations) {
    /** No limits, and no access key known. */
    public static final PolicySnapshot EMPTY = new PolicySnapshot(Policy.UNLIMITED, Map.of());

    public PolicySnapshot {
        identities = CompactMap.copyOf(identities);
        allocations = CompactMap.copyOf(allocations);
    }

    /** Without allocation quotas. */
    public PolicySnapshot(Policy limits, Map<String, Identity> identities) {
        this(limits, identities, Map.of());
    }

    @Override
    public String toString() {
        return limits + " and " + identities.size() + " access keys";
    }
}
