package dev.sluice.limits.model;

import dev.sluice.common.CompactMap;
import java.util.Map;

/**
 * All limits at one moment: an immutable snapshot that is swapped as a whole.
 *
 * @param eachUser every user without an entry of its own in {@code users}; an entry replaces it as a whole
 * @param eachBucket likewise for buckets
 * @param users by {@code uid} or {@code tenant$uid}
 * @param buckets by {@code name} or {@code tenant:name}
 * @param tenants by tenant name: all users of the tenant together
 */
public record Policy(
        LimitSet eachUser,
        LimitSet eachBucket,
        LimitSet anonymous,
        LimitSet total,
        Map<String, LimitSet> users,
        Map<String, LimitSet> buckets,
        Map<String, LimitSet> tenants) {
    /** Limits nobody. */
    public static final Policy UNLIMITED = new Policy(
            LimitSet.UNLIMITED,
            LimitSet.UNLIMITED,
            LimitSet.UNLIMITED,
            LimitSet.UNLIMITED,
            Map.of(),
            Map.of(),
            Map.of());

    public Policy {
        users = CompactMap.copyOf(users);
        buckets = CompactMap.copyOf(buckets);
        tenants = CompactMap.copyOf(tenants);
    }

    /** The entries with a name in a scope; empty for a scope that has none. */
    public Map<String, LimitSet> named(Scope scope) {
        return switch (scope) {
            case USER -> users;
            case BUCKET -> buckets;
            case TENANT -> tenants;
            case ANONYMOUS, TOTAL -> Map.of();
        };
    }

    /** What holds for a subject without an entry of its own. */
    public LimitSet unnamed(Scope scope) {
        return switch (scope) {
            case USER -> eachUser;
            case BUCKET -> eachBucket;
            case TENANT -> LimitSet.UNLIMITED;
            case ANONYMOUS -> anonymous;
            case TOTAL -> total;
        };
    }

    /** The limits of one subject. */
    public LimitSet limitsOf(Scope scope, String name) {
        LimitSet own = named(scope).get(name);
        return own != null ? own : unnamed(scope);
    }
}
