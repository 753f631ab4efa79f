package dev.sluice.policy.rgw;

import dev.sluice.policy.rgw.RgwKeyTable.WantedKey;
import dev.sluice.policy.rgw.RgwUserTable.UserInUse;
import dev.sluice.policy.rgw.client.RgwAdminApi;
import dev.sluice.policy.rgw.client.RgwAdminSettings;
import dev.sluice.policy.rgw.client.RgwLookup;
import dev.sluice.policy.rgw.client.RgwState;
import dev.sluice.policy.rgw.client.RgwUser;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * Decides what to ask RGW next, asks it, and takes the answer in. One call at a time, within the call budget:
 *
 * <ol>
 *   <li>whether RGW answers at all, while it doesn't: after a second, then after twice as long, up to ten seconds;
 *   <li>keys that RGW has accepted and nobody is known for, and known ones that it refused; the most used first;
 *   <li>users and limits in use that are older than the refresh time, the busiest first.
 * </ol>
 *
 * <p>Every fourth call is of the last kind, if there is any, so that new keys don't keep all others from being refreshed.
 *
 * <p>Belongs to one thread; time is an argument.
 */
final class RgwLookups {
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long RETRY_NANOS_MAX = 10 * SECOND_NANOS;
    private static final long PLAN_NANOS = SECOND_NANOS / 2;
    private static final long PLAN_SOON_NANOS = PLAN_NANOS / 10;
    /** A check that found all well stands for so long: refusals after it are about what was asked. */
    private static final long CHECKED_NANOS = 5 * SECOND_NANOS;

    private static final int REFRESH_EVERY = 4;

    private final RgwAdminApi api;
    private final RgwKeyTable keys;
    private final RgwUserTable users;
    private final RgwLimitLookups limits;
    private final CallBudget budget;
    private final long refreshNanos;
    private final LongAdder calls = new LongAdder();
    private final LongAdder failures = new LongAdder();
    /** What is due, the most urgent last. */
    private final List<RefreshTask> plan = new ArrayList<>();

    private volatile RgwStatus status;
    private volatile boolean isWritten;
    private volatile int userCount;
    private long retryPauseNanos = SECOND_NANOS;
    private long nextCheckNanos;
    private long nextPlanNanos;
    private long nextDoubtNanos;
    private long checkedNanos;
    private boolean hasChecked;
    private int steps;

    /** Nothing is known and nothing was asked yet. */
    RgwLookups(
            RgwAdminApi api,
            RgwAdminSettings settings,
            RgwKeyTable keys,
            RgwUserTable users,
            RgwLimitLookups limits,
            long nowNanos,
            long nowWallMillis) {
        this.api = api;
        this.keys = keys;
        this.users = users;
        this.limits = limits;
        this.budget = new CallBudget(settings.callsPerSecondMax(), nowNanos);
        this.refreshNanos = settings.refresh().toNanos();
        this.status = new RgwStatus(RgwState.UNKNOWN, "", nowWallMillis);
        this.nextCheckNanos = nowNanos;
        this.nextPlanNanos = nowNanos;
        this.nextDoubtNanos = nowNanos;
    }

    // --- any thread -----------------------------------------------------------------------------

    /** How the Admin API is. */
    RgwStatus status() {
        return status;
    }

    /** Something may have been changed by the Admin API. */
    void adminWrite() {
        isWritten = true;
    }

    /** Calls so far. */
    long calls() {
        return calls.sum();
    }

    /** Calls that had no answer. */
    long failures() {
        return failures.sum();
    }

    /** Users that are known. */
    int userCount() {
        return userCount;
    }

    // --- the worker -----------------------------------------------------------------------------

    /**
     * Makes at most one call, and a check after it if it failed.
     *
     * @return after how many nanoseconds there may be more to do; 0: at once
     */
    long step(long nowNanos, long nowWallMillis) {
        long wait = budget.waitNanos(nowNanos);
        if (wait > 0) {
            return wait;
        }
        if (!status.isOk()) {
            long untilCheck = nextCheckNanos - nowNanos;
            if (untilCheck > 0) {
                return Math.min(untilCheck, PLAN_NANOS);
            }
            check(nowNanos, nowWallMillis);
            return 0;
        }
        doubt(nowNanos);
        if (nowNanos - nextPlanNanos >= 0) {
            makePlan(nowNanos, nowWallMillis);
        }
        steps++;
        boolean isForRefresh = steps % REFRESH_EVERY == 0 && !plan.isEmpty();
        WantedKey wanted = isForRefresh ? null : keys.takeWanted();
        if (wanted != null) {
            lookUp(wanted, nowNanos, nowWallMillis);
            return 0;
        }
        if (plan.isEmpty()) {
            return Math.max(0, nextPlanNanos - nowNanos);
        }
        run(plan.remove(plan.size() - 1), nowNanos, nowWallMillis);
        return 0;
    }

    /** At most once a second: writes may be many. */
    private void doubt(long nowNanos) {
        if (isWritten && nowNanos - nextDoubtNanos >= 0) {
            isWritten = false;
            nextDoubtNanos = nowNanos + SECOND_NANOS;
            users.doubtAll();
            limits.doubtAll();
            nextPlanNanos = nowNanos;
        }
    }

    private void makePlan(long nowNanos, long nowWallMillis) {
        nextPlanNanos = nowNanos + PLAN_NANOS;
        limits.publish(nowNanos, nowWallMillis);
        users.countUses(true, nowNanos);
        userCount = users.size();
        plan.clear();
        for (UserInUse user : users.all()) {
            if (user.age().isDue(refreshNanos, nowNanos)) {
                plan.add(new RefreshTask(
                        user.age().priority(refreshNanos, nowNanos),
                        user.age(),
                        (now, wall) -> refresh(user.name(), now)));
            }
        }
        limits.plan(plan::add, nowNanos);
        plan.sort(Comparator.comparingDouble(RefreshTask::priority));
    }

    private RgwLookup<RgwUser> refresh(String user, long nowNanos) {
        RgwLookup<RgwUser> answer = api.user(user);
        if (answer instanceof RgwLookup.Found<RgwUser> found) {
            users.update(found.value(), null, nowNanos);
        } else if (answer instanceof RgwLookup.NotFound) {
            users.remove(user);
        }
        return answer;
    }

    private void run(RefreshTask task, long nowNanos, long nowWallMillis) {
        count(nowNanos);
        RgwLookup<?> answer = task.call().run(nowNanos, nowWallMillis);
        if (answer instanceof RgwLookup.Failed<?> failed && isWellAfter(failed, nowNanos, nowWallMillis)) {
            // It is about this one alone: the next time is as far away as if it had been answered.
            task.age().refreshed(nowNanos);
        }
    }

    private void lookUp(WantedKey wanted, long nowNanos, long nowWallMillis) {
        count(nowNanos);
        String key = wanted.accessKey();
        RgwLookup<RgwUser> answer = api.userOfKey(key);
        if (answer instanceof RgwLookup.Found<RgwUser> found) {
            users.update(found.value(), key, nowNanos);
            // the user's limit is due
            planSoon(nowNanos);
        } else if (answer instanceof RgwLookup.Failed<RgwUser> failed
                && !isWellAfter(failed, nowNanos, nowWallMillis)) {
            keys.putBack(wanted);
        } else {
            keys.markUnknown(key, nowNanos);
        }
    }

    private void planSoon(long nowNanos) {
        long soonNanos = nowNanos + PLAN_SOON_NANOS;
        if (nextPlanNanos - soonNanos > 0) {
            nextPlanNanos = soonNanos;
        }
    }

    private void count(long nowNanos) {
        budget.take(nowNanos);
        calls.increment();
    }

    /** Finds out whether a call failed because of what it asked, or because RGW answers nothing now. */
    private boolean isWellAfter(RgwLookup.Failed<?> failed, long nowNanos, long nowWallMillis) {
        failures.increment();
        boolean isRefusal = failed.state() == RgwState.MISSING_CAPABILITY;
        boolean hasJustChecked = hasChecked && nowNanos - checkedNanos < CHECKED_NANOS;
        if (!(isRefusal && hasJustChecked)) {
            check(nowNanos, nowWallMillis);
        }
        return status.isOk();
    }

    private void check(long nowNanos, long nowWallMillis) {
        count(nowNanos);
        RgwLookup<RgwState> answer = api.check();
        if (answer instanceof RgwLookup.Failed<RgwState> failed) {
            failures.increment();
            status = status.next(failed.state(), failed.problem(), nowWallMillis);
            nextCheckNanos = nowNanos + retryPauseNanos;
            retryPauseNanos = Math.min(RETRY_NANOS_MAX, 2 * retryPauseNanos);
            return;
        }
        status = status.next(RgwState.OK, "", nowWallMillis);
        hasChecked = true;
        checkedNanos = nowNanos;
        retryPauseNanos = SECOND_NANOS;
    }
}
