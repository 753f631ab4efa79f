package dev.sluice.policy.limitsfile;

import dev.sluice.limits.model.Policy;
import java.util.Map;
import java.util.Set;

/**
 * What a limits file says.
 *
 * @param accessKeys access key to user; a secret as a whole, so it is left out of {@link #toString()}
 * @param systemUsers users that nothing limits and nothing is charged for
 */
public record LoadedLimits(Policy policy, Map<String, String> accessKeys, Set<String> systemUsers) {
    /** No limits, and no access key known. */
    public static final LoadedLimits NONE = new LoadedLimits(Policy.UNLIMITED, Map.of());

    public LoadedLimits {
        accessKeys = Map.copyOf(accessKeys);
        systemUsers = Set.copyOf(systemUsers);
    }

    /** Without system users. */
    public LoadedLimits(Policy policy, Map<String, String> accessKeys) {
        this(policy, accessKeys, Set.of());
    }

    @Override
    public String toString() {
        return policy + " and " + accessKeys.size() + " access keys";
    }
}
