package dev.sluice.policy;

import dev.sluice.limits.Policy;
import java.util.Map;

/**
 * What a limits file says.
 *
 * @param accessKeys access key to user; a secret as a whole, so it is left out of {@link #toString()}
 */
public record LoadedLimits(Policy policy, Map<String, String> accessKeys) {
    /** No limits, and no access key known. */
    public static final LoadedLimits NONE = new LoadedLimits(Policy.UNLIMITED, Map.of());

    public LoadedLimits {
        accessKeys = Map.copyOf(accessKeys);
    }

    @Override
    public String toString() {
        return policy + " and " + accessKeys.size() + " access keys";
    }
}
