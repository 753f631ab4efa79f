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
 */
public record PolicySnapshot(Policy limits, Map<String, Identity> identities) {
    /** No limits, and no access key known. */
    public static final PolicySnapshot EMPTY = new PolicySnapshot(Policy.UNLIMITED, Map.of());

    public PolicySnapshot {
        identities = CompactMap.copyOf(identities);
    }

    @Override
    public String toString() {
        return limits + " and " + identities.size() + " access keys";
    }
}
