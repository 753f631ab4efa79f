package dev.sluice.policy.rgw;

import dev.sluice.policy.rgw.RgwBucketTable.BucketInUse;
import dev.sluice.policy.rgw.RgwBucketTable.LimitAge;
import dev.sluice.policy.rgw.RgwUserTable.UserInUse;
import dev.sluice.policy.rgw.client.RgwAdminApi;
import dev.sluice.policy.rgw.client.RgwAdminSettings;
import dev.sluice.policy.rgw.client.RgwGlobalLimits;
import dev.sluice.policy.rgw.client.RgwLimitsReach;
import dev.sluice.policy.rgw.client.RgwLimitsUse;
import dev.sluice.policy.rgw.client.RgwLookup;
import dev.sluice.policy.rgw.client.RgwRateLimit;
import dev.sluice.policy.rgw.client.RgwState;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.policy.source.Reloadable;
import dev.sluice.policy.source.SourceReading;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * RGW's rate limits: those of users and buckets in use, and the global ones. Only while the global ones can be read are the
 * others asked for; a release without limits, or an admin user that may not read them, costs one call a refresh.
 *
 * <p>Changes come into force together, at most once a second. Belongs to the worker thread; what is in force is read by any.
 */
final class RgwLimitLookups {
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long TIDY_NANOS = 10 * SECOND_NANOS;
    /** A bucket that was not in use for so long is forgotten. */
    private static final long IDLE_NANOS_MAX = 3600L * SECOND_NANOS;

    private final RgwAdminApi api;
    private final RgwAdminSettings.RgwLimits settings;
    private final long refreshNanos;
    private final RgwUserTable users;
    private final RgwBucketTable buckets;
    /** How many the cluster has, this one included: as many gateways there are. */
    private volatile IntSupplier sidecars = () -> 1;

    private final Reloadable<PolicyLayer> layer = new Reloadable<>(PolicyLayer.EMPTY);
    private final RefreshAge globalAge = new RefreshAge();
    private RgwGlobalLimits global = RgwGlobalLimits.NONE;
    private volatile RgwStatus status;
    private int gateways = 1;
    private boolean isChanged;
    private long nextPublishNanos;
    /** Users and buckets that are forgotten leave the limits in force then, changed or not. */
    private long nextTidyNanos;

    RgwLimitLookups(
            RgwAdminApi api,
            RgwAdminSettings settings,
            RgwUserTable users,
            RgwBucketTable buckets,
            long nowNanos,
            long nowWallMillis) {
        this.api = api;
        this.settings = settings.limits();
        this.refreshNanos = settings.refresh().toNanos();
        this.users = users;
        this.buckets = buckets;
        this.status = new RgwStatus(RgwState.UNKNOWN, "", nowWallMillis);
        this.nextPublishNanos = nowNanos;
        this.nextTidyNanos = nowNanos + TIDY_NANOS;
    }

    void countBy(IntSupplier newSidecars) {
        sidecars = newSidecars;
    }

    /** The limits in force. */
    Reloadable<PolicyLayer> layer() {
        return layer;
    }

    /** Whether limits can be read; {@link RgwState#NOT_SERVED}: this release has none. */
    RgwStatus status() {
        return status;
    }

    boolean isOff() {
        return settings.use() == RgwLimitsUse.OFF;
    }

    /** Everything may have changed just now, except what users have: {@link RgwUserTable} knows that. */
    void doubtAll() {
        globalAge.doubt();
        buckets.all().forEach(bucket -> bucket.limit().age().doubt());
    }

    /** Adds what is to be asked for now. */
    void plan(Consumer<RefreshTask> to, long nowNanos) {
        if (isOff()) {
            return;
        }
        globalAge.used(1, nowNanos);
        if (globalAge.isDue(refreshNanos, nowNanos)) {
            to.accept(new RefreshTask(RefreshTask.FIRST, globalAge, this::refreshGlobal));
        }
        boolean isReadable = status.isOk();
        for (UserInUse user : users.all()) {
            add(to, user.limit(), () -> api.limitOfUser(user.name()), isReadable, nowNanos);
        }
        for (BucketInUse bucket : buckets.all()) {
            bucket.limit().age().used(bucket.takeUses(), nowNanos);
            if (bucket.limit().age().isIdle(IDLE_NANOS_MAX, nowNanos)) {
                buckets.remove(bucket.name());
            } else {
                add(to, bucket.limit(), () -> api.limitOfBucket(bucket.name()), isReadable, nowNanos);
            }
        }
    }

    private void add(
            Consumer<RefreshTask> to,
            LimitAge limit,
            Supplier<RgwLookup<RgwRateLimit>> question,
            boolean isReadable,
            long nowNanos) {
        if (isReadable && limit.age().isDue(refreshNanos, nowNanos)) {
            to.accept(new RefreshTask(
                    limit.age().priority(refreshNanos, nowNanos),
                    limit.age(),
                    (now, nowWallMillis) -> refresh(limit, question.get(), now)));
        }
    }

    private RgwLookup<?> refresh(LimitAge limit, RgwLookup<RgwRateLimit> answer, long nowNanos) {
        if (answer instanceof RgwLookup.Found<RgwRateLimit> found) {
            isChanged |= limit.set(found.value(), nowNanos);
        } else if (answer instanceof RgwLookup.NotFound) {
            isChanged |= limit.set(RgwRateLimit.DISABLED, nowNanos);
        } else if (answer instanceof RgwLookup.Unsupported || isCapability(answer)) {
            // the next look at the global limits finds out what is wrong
            globalAge.doubt();
            limit.age().refreshed(nowNanos);
            return new RgwLookup.NotFound<>();
        }
        return answer;
    }

    private RgwLookup<?> refreshGlobal(long nowNanos, long nowWallMillis) {
        RgwLookup<RgwGlobalLimits> answer = api.globalLimits();
        if (answer instanceof RgwLookup.Found<RgwGlobalLimits> found) {
            isChanged |= !found.value().equals(global);
            global = found.value();
            status = status.next(RgwState.OK, "", nowWallMillis);
        } else if (answer instanceof RgwLookup.Failed<RgwGlobalLimits> failed) {
            if (!isCapability(answer)) {
                return answer;
            }
            // What was read before stays in force.
            status = status.next(failed.state(), failed.problem(), nowWallMillis);
        } else {
            isChanged |= !global.equals(RgwGlobalLimits.NONE);
            global = RgwGlobalLimits.NONE;
            status = status.next(RgwState.NOT_SERVED, "this release of RGW has no rate limits", nowWallMillis);
        }
        globalAge.refreshed(nowNanos);
        return new RgwLookup.NotFound<>();
    }

    private static boolean isCapability(RgwLookup<?> answer) {
        return answer instanceof RgwLookup.Failed<?> failed && failed.state() == RgwState.MISSING_CAPABILITY;
    }

    /** Brings into force what has changed. */
    void publish(long nowNanos, long nowWallMillis) {
        if (isOff() || nowNanos - nextPublishNanos < 0) {
            return;
        }
        int now = settings.reach() == RgwLimitsReach.GATEWAY ? Math.max(1, sidecars.getAsInt()) : 1;
        if (!isChanged && now == gateways && nowNanos - nextTidyNanos < 0) {
            return;
        }
        nextPublishNanos = nowNanos + SECOND_NANOS;
        nextTidyNanos = nowNanos + TIDY_NANOS;
        isChanged = false;
        gateways = now;
        PolicyLayer next = new RgwLimitLayer(settings, gateways).of(global, users.all(), buckets.all());
        layer.update(new SourceReading<>(Optional.of(next), List.of()), nowWallMillis);
    }
}
