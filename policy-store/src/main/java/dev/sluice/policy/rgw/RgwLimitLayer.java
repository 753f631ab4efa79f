package dev.sluice.policy.rgw;

import dev.sluice.limits.model.ByteRateLimit;
import dev.sluice.limits.model.ByteRateLimit.ByteEnforcement;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitRate;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.OnExceed;
import dev.sluice.limits.model.OperationRateLimit;
import dev.sluice.limits.model.OperationRateLimit.ListedObjects;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.RateAlgorithm;
import dev.sluice.policy.rgw.RgwBucketTable.BucketInUse;
import dev.sluice.policy.rgw.RgwUserTable.UserInUse;
import dev.sluice.policy.rgw.client.RgwAdminSettings.RgwLimits;
import dev.sluice.policy.rgw.client.RgwGlobalLimits;
import dev.sluice.policy.rgw.client.RgwLimitsUse;
import dev.sluice.policy.rgw.client.RgwRateLimit;
import dev.sluice.policy.source.LayerOrigins;
import dev.sluice.policy.source.PolicyLayer;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Turns RGW's rate limits into limits with RGW's meaning: a token bucket of one interval that starts full; an entry that is
 * enabled replaces the global one as a whole; 0 is unlimited; a request that lists objects to delete counts once; bytes are
 * charged when they have passed, and what is too much defers later requests.
 *
 * @param settings whether the limits are enforced, and what they are meant for
 * @param gateways by how much each is multiplied
 */
record RgwLimitLayer(RgwLimits settings, int gateways) {
    PolicyLayer of(RgwGlobalLimits global, Collection<UserInUse> users, Collection<BucketInUse> buckets) {
        Map<String, LimitSet> ofUsers = new HashMap<>();
        for (UserInUse user : users) {
            if (user.limit().limit().isEnabled()) {
                ofUsers.put(user.name(), limits(user.limit().limit()));
            }
        }
        Map<String, LimitSet> ofBuckets = new HashMap<>();
        for (BucketInUse bucket : buckets) {
            if (bucket.limit().limit().isEnabled()) {
                ofBuckets.put(bucket.name(), limits(bucket.limit().limit()));
            }
        }
        Policy policy = new Policy(
                limits(global.user()),
                limits(global.bucket()),
                limits(global.ofAnonymous()),
                LimitSet.UNLIMITED,
                ofUsers,
                ofBuckets,
                Map.of());
        boolean isTrial = settings.use() == RgwLimitsUse.SHADOW;
        return new PolicyLayer(policy, Map.of(), Set.of(), LayerOrigins.RGW, isTrial);
    }

    private LimitSet limits(RgwRateLimit limit) {
        if (!limit.isEnabled()) {
            return LimitSet.UNLIMITED;
        }
        Map<Dimension, Limit> limits = new EnumMap<>(Dimension.class);
        operations(limits, Dimension.READ_OPS, limit.readOps());
        operations(limits, Dimension.WRITE_OPS, limit.writeOps());
        operations(limits, Dimension.LIST_OPS, limit.listOps());
        operations(limits, Dimension.DELETE_OPS, limit.deleteOps());
        bytes(limits, Dimension.READ_BYTES, limit.readBytes());
        bytes(limits, Dimension.WRITE_BYTES, limit.writeBytes());
        return new LimitSet(limits);
    }

    private void operations(Map<Dimension, Limit> to, Dimension dimension, long amount) {
        if (amount > 0) {
            to.put(dimension, new OperationRateLimit(rate(amount), onExceed(), ListedObjects.REQUEST_COUNTS));
        }
    }

    private void bytes(Map<Dimension, Limit> to, Dimension dimension, long amount) {
        if (amount > 0) {
            to.put(dimension, new ByteRateLimit(rate(amount), onExceed(), ByteEnforcement.DEFER));
        }
    }

    private OnExceed onExceed() {
        return settings.use() == RgwLimitsUse.ENFORCE ? OnExceed.REJECT : OnExceed.SHADOW;
    }

    private LimitRate rate(long amount) {
        long bounded = Math.min(amount, Limit.AMOUNT_MAX / gateways) * gateways;
        return LimitRate.of(bounded, settings.interval().toNanos(), new RateAlgorithm.TokenBucket(bounded));
    }
}
