package dev.sluice.proxy.quota.api;

import dev.sluice.limits.model.QuotaName;
import dev.sluice.proxy.quota.api.CallResult.Allowed;
import dev.sluice.proxy.quota.api.CallResult.Changed;
import dev.sluice.proxy.quota.api.CallResult.Failed;
import dev.sluice.proxy.quota.api.CallResult.Renewed;
import dev.sluice.proxy.quota.api.CallResult.Viewed;
import dev.sluice.proxy.quota.http.StatusCode;
import dev.sluice.quota.alloc.AllocCommand;
import dev.sluice.quota.alloc.AllocLease;
import dev.sluice.quota.alloc.AllocResult;
import dev.sluice.quota.alloc.AllocResult.Decided;
import dev.sluice.quota.alloc.QuotaView;
import dev.sluice.quota.alloc.StepOutcome;
import dev.sluice.quota.alloc.StepResult;
import dev.sluice.quota.journal.AllocStore;
import dev.sluice.quota.journal.StoreUnavailableException;
import dev.sluice.quota.rate.KeyedRates;
import dev.sluice.quota.rate.RateDecision;
import dev.sluice.quota.rate.RateQuotas;
import dev.sluice.quota.rate.RateStep;
import dev.sluice.quota.rate.RateVerdict;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Makes single calls: those of rate quotas at once, changes of allocations later. Thread-safe; never blocks. */
final class CallService {
    /** Of a key that another call has had. */
    static final Failed KEY_REUSED = Failed.badRequest(422, "the Idempotency-Key was used for another call");

    private static final long MILLIS_PER_SECOND = 1000;

    private final RateQuotas rate;
    private final KeyedRates keyed;
    private final AllocStore alloc;

    CallService(RateQuotas rate, KeyedRates keyed, AllocStore alloc) {
        this.rate = rate;
        this.keyed = keyed;
        this.alloc = alloc;
    }

    /** With what is left of the quota afterwards. */
    CallResult allow(QuotaCall.Allow call, long nowNanos) {
        RateStep step = call.step();
        return allowed(
                call.key().isEmpty()
                        ? rate.take(step, nowNanos)
                        : keyed.take(call.key(), BodyHash.of(call), List.of(step), nowNanos));
    }

    /** Without what is left of the quota: nobody sees it in a batch. */
    CallResult allowInBatch(QuotaCall.Allow call, long nowNanos) {
        if (!call.key().isEmpty()) {
            return allow(call, nowNanos);
        }
        RateVerdict verdict = rate.tryTake(call.step(), nowNanos);
        if (verdict instanceof RateVerdict.Refused refused) {
            return new Allowed(StatusCode.OK, false, refused.waitNanos(), null);
        }
        return verdict instanceof RateVerdict.Taken ? Allowed.TAKEN : Allowed.MISSING;
    }

    /** What became of the only step of a decision. */
    private static CallResult allowed(RateDecision decision) {
        if (decision instanceof RateDecision.Taken taken) {
            return new Allowed(StatusCode.OK, true, 0, taken.views().get(0));
        }
        if (decision instanceof RateDecision.Refused refused) {
            return new Allowed(StatusCode.OK, false, refused.waitNanos(), refused.view());
        }
        return decision instanceof RateDecision.KeyReused ? KEY_REUSED : Allowed.MISSING;
    }

    Viewed view(QuotaName quota) {
        return alloc.view(quota).map(view -> new Viewed(StatusCode.OK, view)).orElse(Viewed.MISSING);
    }

    CompletableFuture<CallResult> change(QuotaCall.Change change) {
        return changes(List.of(change)).thenApply(results -> results.get(0));
    }

    /** Makes changes that the store does in one go, each decided for itself; a result for each. */
    CompletableFuture<List<CallResult>> changes(List<QuotaCall.Change> changes) {
        List<AllocCommand> commands = new ArrayList<>(changes.size());
        for (QuotaCall.Change change : changes) {
            commands.add(new AllocCommand.Change(List.of(change.step()), BodyHash.key(change)));
        }
        return alloc.submit(commands).handle((results, failure) -> {
            List<CallResult> made = new ArrayList<>(changes.size());
            for (int i = 0; i < changes.size(); i++) {
                made.add(results == null ? unavailable(failure) : changed(results.get(i), changes.get(i)));
            }
            return made;
        });
    }

    private CallResult changed(AllocResult result, QuotaCall.Change change) {
        if (!(result instanceof Decided decided)) {
            return refused(result);
        }
        StepResult step = decided.steps().get(0);
        return step.outcome() == StepOutcome.LEASE_TOO_LONG
                ? leaseTooLong(alloc.view(change.step().quota()).orElse(null))
                : Changed.of(step);
    }

    CompletableFuture<CallResult> renew(QuotaCall.Renew renew) {
        return alloc.submit(new AllocCommand.Renew(renew.lease(), renew.millis()))
                .handle((result, failure) -> result == null ? unavailable(failure) : renewed(result, renew));
    }

    private static CallResult renewed(AllocResult result, QuotaCall.Renew renew) {
        if (result instanceof AllocResult.Done) {
            return new Renewed(renew.lease());
        }
        if (result instanceof AllocResult.Missing) {
            return new Renewed(AllocLease.NONE);
        }
        return result instanceof AllocResult.LeaseTooLong tooLong ? leaseTooLong(tooLong.millisMax()) : refused(result);
    }

    /** The failure of a change that has a result, but was not decided. */
    static Failed refused(AllocResult result) {
        if (result instanceof AllocResult.KeyReused) {
            return KEY_REUSED;
        }
        if (result instanceof AllocResult.KeysExhausted) {
            return Failed.unavailable("too many idempotency keys are remembered; repeat it later, or without a key");
        }
        throw new IllegalStateException("no result of a change: " + result);
    }

    static Failed leaseTooLong(@Nullable QuotaView view) {
        return leaseTooLong(view == null ? 0 : view.leaseMillisMax());
    }

    private static Failed leaseTooLong(long millisMax) {
        return Failed.badRequest(
                400,
                millisMax == 0
                        ? "this quota has no leases: its max-lease is 0"
                        : "a lease of this quota lasts at most " + millisMax / MILLIS_PER_SECOND + " seconds");
    }

    static Failed unavailable(@Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof StoreUnavailableException) {
            return Failed.unavailable(String.valueOf(cause.getMessage()));
        }
        throw new IllegalStateException("a change failed", cause);
    }
}
