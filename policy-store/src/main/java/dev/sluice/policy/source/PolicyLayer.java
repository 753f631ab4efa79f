package dev.sluice.policy.source;

import dev.sluice.common.CompactMap;
import dev.sluice.limits.model.Policy;
import java.util.Map;
import java.util.Set;

/**
 * The limits and identities of one source. {@link PolicyMerger} merges the layers of all sources.
 *
 * @param limits what isn't limited here may be limited by another layer
 * @param accessKeys access key to {@code uid} or {@code tenant$uid}; may be secret, so {@link #toString} leaves them
 *     out
 * @param systemUsers users that nothing limits and nothing is charged for
 */
public record PolicyLayer(Policy limits, Map<String, String> accessKeys, Set<String> systemUsers) {
    /** No limits, and no access key known. */
    public static final PolicyLayer EMPTY = new PolicyLayer(Policy.UNLIMITED, Map.of());

    public PolicyLayer {
        accessKeys = CompactMap.copyOf(accessKeys);
        systemUsers = Set.copyOf(systemUsers);
    }

    /** A layer without system users. */
    public PolicyLayer(Policy limits, Map<String, String> accessKeys) {
        this(limits, accessKeys, Set.of());
    }

    @Override
    public String toString() {
        return limits + " and " + accessKeys.size() + " access keys";
    }
}
