package dev.sluice.proxy.quota.api;

import dev.sluice.limits.model.QuotaName;
import dev.sluice.proxy.admin.http.BadRequestException;
import dev.sluice.proxy.quota.api.CallResult.Allowed;
import dev.sluice.proxy.quota.api.CallResult.Changed;
import dev.sluice.proxy.quota.http.QuotaReply;
import dev.sluice.proxy.quota.http.QuotaReply.Later;
import dev.sluice.proxy.quota.http.QuotaResponse;
import dev.sluice.proxy.quota.http.StatusCode;
import dev.sluice.quota.alloc.AllocCommand;
import dev.sluice.quota.alloc.AllocResult;
import dev.sluice.quota.alloc.AllocResult.Decided;
import dev.sluice.quota.alloc.AllocStep;
import dev.sluice.quota.alloc.IdempotencyKey;
import dev.sluice.quota.alloc.StepOutcome;
import dev.sluice.quota.alloc.StepResult;
import dev.sluice.quota.journal.AllocStore;
import dev.sluice.quota.journal.OutcomeUnknownException;
import dev.sluice.quota.journal.StoreUnavailableException;
import dev.sluice.quota.rate.KeyedRates;
import dev.sluice.quota.rate.RateDecision;
import dev.sluice.quota.rate.RateQuotas;
import dev.sluice.quota.rate.RateStep;
import dev.sluice.quota.rate.RateView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls of several quotas of which all are done, or none: a project and its organisation, a rate and a number. Tokens of rate
 * quotas are taken first, as that costs least, and are given back where the allocations are refused. In between another client
 * may be refused by tokens that are then given back; none is let through by tokens that are not there.
 *
 * <p>A repetition with the same idempotency key takes no rate again: the store is asked first, and a repetition that comes while
 * the first is being made waits for it. A call without allocations is remembered by {@code KeyedRates}. Thread-safe.
 */
final class JointCalls {
    private final RateQuotas rate;
    private final KeyedRates keyed;
    private final AllocStore alloc;
    private final LongSupplier nanoClock;
    /** The last call of each key that is being made. As many as clients wait for, at most. */
    private final Map<String, CompletableFuture<Boolean>> inProgress = new ConcurrentHashMap<>();

    JointCalls(RateQuotas rate, KeyedRates keyed, AllocStore alloc, LongSupplier nanoClock) {
        this.rate = rate;
        this.keyed = keyed;
        this.alloc = alloc;
        this.nanoClock = nanoClock;
    }

    /**
     * Makes the calls.
     *
     * @param header the idempotency key; empty: none
     * @throws BadRequestException if a quota is named twice, or a call has no place here
     */
    QuotaReply reply(List<QuotaCall> calls, String header, long nowNanos) throws BadRequestException {
        List<RateStep> rates = new ArrayList<>();
        List<AllocStep> changes = new ArrayList<>();
        split(calls, rates, changes);
        Optional<IdempotencyKey> key = BodyHash.key(header, calls);
        if (key.isPresent() && changes.isEmpty()) {
            return rated(calls, keyed.take(header, BodyHash.ofAll(calls), rates, nowNanos), nowNanos);
        }
        if (key.isEmpty() || rates.isEmpty()) {
            return decide(calls, rates, changes, key, nowNanos);
        }
        CompletableFuture<Boolean> end = new CompletableFuture<>();
        CompletableFuture<Boolean> before = inProgress.put(header, end);
        CompletableFuture<QuotaResponse> response = before == null
                ? once(calls, rates, changes, key.get())
                : before.thenCompose(ended -> once(calls, rates, changes, key.get()));
        return new Later(response.whenComplete((made, failure) -> {
            inProgress.remove(header, end);
            end.complete(true);
        }));
    }

    /** Makes a call with a key, unless the store remembers it. */
    private CompletableFuture<QuotaResponse> once(
            List<QuotaCall> calls, List<RateStep> rates, List<AllocStep> changes, IdempotencyKey key) {
        return alloc.known(key)
                .handle((known, failure) -> {
                    if (known == null) {
                        return CompletableFuture.completedFuture(
                                ResultWriter.response(CallService.unavailable(failure)));
                    }
                    return known.isPresent()
                            ? CompletableFuture.completedFuture(repeated(calls, known.get()))
                            : toFuture(decide(calls, rates, changes, Optional.of(key), nanoClock.getAsLong()));
                })
                .thenCompose(response -> response);
    }

    private static void split(List<QuotaCall> calls, List<RateStep> rates, List<AllocStep> changes)
            throws BadRequestException {
        Set<QuotaName> rateNames = new HashSet<>();
        Set<QuotaName> allocNames = new HashSet<>();
        for (QuotaCall call : calls) {
            boolean isNew;
            if (!call.key().isEmpty()) {
                throw new BadRequestException("steps have no keys of their own: the call has one, as Idempotency-Key");
            }
            if (call instanceof QuotaCall.Allow allow) {
                isNew = rateNames.add(allow.step().quota());
                rates.add(allow.step());
            } else if (call instanceof QuotaCall.Change change) {
                isNew = allocNames.add(change.step().quota());
                changes.add(change.step());
            } else {
                throw new BadRequestException("steps are allow, alloc and free");
            }
            if (!isNew) {
                throw new BadRequestException("each quota may be named once");
            }
        }
    }

    private static CompletableFuture<QuotaResponse> toFuture(QuotaReply reply) {
        return reply instanceof QuotaResponse now
                ? CompletableFuture.completedFuture(now)
                : ((Later) reply).response().toCompletableFuture();
    }

    private QuotaReply decide(
            List<QuotaCall> calls,
            List<RateStep> rates,
            List<AllocStep> changes,
            Optional<IdempotencyKey> key,
            long nowNanos) {
        if (rates.isEmpty()) {
            return new Later(change(calls, changes, key, null));
        }
        RateDecision decision = rate.take(rates, nowNanos);
        return decision instanceof RateDecision.Taken taken && !changes.isEmpty()
                ? new Later(change(calls, changes, key, taken))
                : rated(calls, decision, nowNanos);
    }

    /** The answer of a call that ends with its rates. */
    private QuotaResponse rated(List<QuotaCall> calls, RateDecision decision, long nowNanos) {
        if (decision instanceof RateDecision.KeyReused) {
            return ResultWriter.response(CallService.KEY_REUSED);
        }
        return ResultWriter.joint(
                decision instanceof RateDecision.Taken taken
                        ? results(calls, taken.views(), true, List.of())
                        : refused(calls, decision, nowNanos));
    }

    private CompletableFuture<QuotaResponse> change(
            List<QuotaCall> calls,
            List<AllocStep> changes,
            Optional<IdempotencyKey> key,
            RateDecision.@Nullable Taken taken) {
        return alloc.submit(new AllocCommand.Change(changes, key)).handle((result, failure) -> {
            boolean isApplied = result instanceof Decided decided && decided.isApplied();
            if (taken != null && !isApplied && (result != null || isSurelyUnchanged(failure))) {
                taken.charge().giveBack(nanoClock.getAsLong());
            }
            if (result == null) {
                return ResultWriter.response(CallService.unavailable(failure));
            }
            if (!(result instanceof Decided decided)) {
                return ResultWriter.response(CallService.refused(result));
            }
            List<RateView> views = taken == null ? List.of() : taken.views();
            return ResultWriter.joint(results(calls, views, isApplied, decided.steps()));
        });
    }

    /** Where it is not known whether allocations were made, the tokens stay taken. */
    private static boolean isSurelyUnchanged(@Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (!(cause instanceof StoreUnavailableException)) {
            return false;
        }
        Throwable why = cause.getCause();
        return why == null || (why instanceof IOException && !(why instanceof OutcomeUnknownException));
    }

    /** The answer of a call that was made before. */
    private QuotaResponse repeated(List<QuotaCall> calls, AllocResult known) {
        if (!(known instanceof Decided decided)) {
            return ResultWriter.response(CallService.refused(known));
        }
        return ResultWriter.joint(results(calls, List.of(), decided.isApplied(), decided.steps()));
    }

    private List<CallResult> results(
            List<QuotaCall> calls, List<RateView> views, boolean isApplied, List<StepResult> steps) {
        List<CallResult> results = new ArrayList<>(calls.size());
        int rateAt = 0;
        int allocAt = 0;
        for (QuotaCall call : calls) {
            if (call instanceof QuotaCall.Change change) {
                StepResult step = steps.get(allocAt++);
                results.add(
                        step.outcome() == StepOutcome.LEASE_TOO_LONG
                                ? CallService.leaseTooLong(
                                        alloc.view(change.step().quota()).orElse(null))
                                : Changed.of(step));
            } else {
                RateView view = rateAt < views.size() ? views.get(rateAt) : null;
                rateAt++;
                results.add(new Allowed(StatusCode.OK, isApplied, 0, view));
            }
        }
        return results;
    }

    /** Nothing was taken: the quota that is to blame has its wait, and the others stand as they are. */
    private List<CallResult> refused(List<QuotaCall> calls, RateDecision decision, long nowNanos) {
        List<CallResult> results = new ArrayList<>(calls.size());
        int rateAt = 0;
        for (QuotaCall call : calls) {
            if (call instanceof QuotaCall.Allow allow) {
                results.add(refused(allow.step(), rateAt++, decision, nowNanos));
            } else {
                QuotaName quota = ((QuotaCall.Change) call).step().quota();
                results.add(Changed.unchanged(alloc.view(quota).orElse(null)));
            }
        }
        return results;
    }

    private CallResult refused(RateStep step, int at, RateDecision decision, long nowNanos) {
        if (decision instanceof RateDecision.Refused refused && refused.step() == at) {
            return new Allowed(StatusCode.OK, false, refused.waitNanos(), refused.view());
        }
        return rate.view(step.quota(), nowNanos)
                .<CallResult>map(view -> new Allowed(StatusCode.OK, false, 0, view))
                .orElse(Allowed.MISSING);
    }
}
