package dev.sluice.limits.model;

import dev.sluice.common.CompactMap;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * All limits at one moment: an immutable snapshot that is swapped as a whole.
 *
 * @param eachUser every user without an entry of its own in {@code users}; an entry replaces it as a whole
 * @param eachBucket likewise for buckets
 * @param users by {@code uid} or {@code tenant$uid}
 * @param buckets by {@code name} or {@code tenant:name}
 * @param tenants by tenant name: all users of the tenant together
 * @param ownUnproven each client address, for requests that the gateway refuses; empty: not set here, so that the default
 *     holds
 * @param quotas rate quotas, which no request to the gateway is held to
 */
public record Policy(
        LimitSet eachUser,
        LimitSet eachBucket,
        LimitSet anonymous,
        LimitSet total,
        Map<String, LimitSet> users,
        Map<String, LimitSet> buckets,
        Map<String, LimitSet> tenants,
        Optional<LimitSet> ownUnproven,
        QuotaLimits quotas) {
    /** What holds for an address without an entry in the limits file: 100 reads and 100 writes a second. */
    public static final LimitSet UNPROVEN_DEFAULT = unprovenDefault();

    /** Limits no request that the gateway serves. */
    public static final Policy UNLIMITED = new Policy(
            LimitSet.UNLIMITED,
            LimitSet.UNLIMITED,
            LimitSet.UNLIMITED,
            LimitSet.UNLIMITED,
            Map.of(),
            Map.of(),
            Map.of());

    /** Limits without rate quotas. */
    public Policy(
            LimitSet eachUser,
            LimitSet eachBucket,
            LimitSet anonymous,
            LimitSet total,
            Map<String, LimitSet> users,
            Map<String, LimitSet> buckets,
            Map<String, LimitSet> tenants,
            Optional<LimitSet> ownUnproven) {
        this(eachUser, eachBucket, anonymous, total, users, buckets, tenants, ownUnproven, QuotaLimits.NONE);
    }

    /** Limits that set those for requests that are not proven. */
    public Policy(
            LimitSet eachUser,
            LimitSet eachBucket,
            LimitSet anonymous,
            LimitSet total,
            Map<String, LimitSet> users,
            Map<String, LimitSet> buckets,
            Map<String, LimitSet> tenants,
            LimitSet unproven) {
        this(eachUser, eachBucket, anonymous, total, users, buckets, tenants, Optional.of(unproven));
    }

    /** Limits with the default for requests that are not proven. */
    public Policy(
            LimitSet eachUser,
            LimitSet eachBucket,
            LimitSet anonymous,
            LimitSet total,
            Map<String, LimitSet> users,
            Map<String, LimitSet> buckets,
            Map<String, LimitSet> tenants) {
        this(eachUser, eachBucket, anonymous, total, users, buckets, tenants, Optional.empty());
    }

    public Policy {
        users = CompactMap.copyOf(users);
        buckets = CompactMap.copyOf(buckets);
        tenants = CompactMap.copyOf(tenants);
    }

    /** The same limits with other rate quotas. */
    public Policy with(QuotaLimits otherQuotas) {
        return new Policy(eachUser, eachBucket, anonymous, total, users, buckets, tenants, ownUnproven, otherQuotas);
    }

    /** Each client address, for requests that the gateway refuses. */
    public LimitSet unproven() {
        return ownUnproven.orElse(UNPROVEN_DEFAULT);
    }

    /** The entries with a name in a scope; empty for a scope that has none. */
    public Map<String, LimitSet> named(Scope scope) {
        return switch (scope) {
            case USER -> users;
            case BUCKET -> buckets;
            case TENANT -> tenants;
            case QUOTA -> quotas.named();
            case ANONYMOUS, TOTAL, UNPROVEN -> Map.of();
        };
    }

    /** What holds for a subject without an entry of its own. Of a quota nothing: it depends on the namespace. */
    public LimitSet unnamed(Scope scope) {
        return switch (scope) {
            case USER -> eachUser;
            case BUCKET -> eachBucket;
            case TENANT, QUOTA -> LimitSet.UNLIMITED;
            case ANONYMOUS -> anonymous;
            case TOTAL -> total;
            case UNPROVEN -> unproven();
        };
    }

    /** The limits of one subject. */
    public LimitSet limitsOf(Scope scope, String name) {
        if (scope == Scope.QUOTA) {
            return quotas.ofSubject(name);
        }
        LimitSet own = named(scope).get(name);
        return own != null ? own : unnamed(scope);
    }

    private static LimitSet unprovenDefault() {
        Limit limit =
                new OperationRateLimit(LimitRate.of(100, Limit.SECOND_NANOS, MeterAlgorithm.WINDOW), OnExceed.REJECT);
        Map<Dimension, Limit> limits = new EnumMap<>(Dimension.class);
        limits.put(Dimension.READ_OPS, limit);
        limits.put(Dimension.WRITE_OPS, limit);
        return new LimitSet(limits);
    }
}
