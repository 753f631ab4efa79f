package dev.sluice.proxy.quota.envoy;

import dev.sluice.limits.model.QuotaName;
import dev.sluice.proxy.quota.envoy.RateLimitAnswer.DescriptorStatus;
import dev.sluice.proxy.quota.envoy.RateLimitAnswer.NamedView;
import dev.sluice.quota.rate.RateDecision;
import dev.sluice.quota.rate.RateQuotas;
import dev.sluice.quota.rate.RateStep;
import dev.sluice.quota.rate.RateView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * Decides about the descriptors of a request: the tokens of all that are limited are taken, or none. A descriptor without a
 * quota is not limited. Thread-safe; never blocks.
 */
public final class DescriptorLimits {
    private final RateQuotas quotas;
    private final boolean isShadow;
    private final LongAdder admitted = new LongAdder();
    private final LongAdder refused = new LongAdder();

    /**
     * Over these quotas.
     *
     * @param isShadow whether nothing is refused: what would have been is counted as refused
     */
    public DescriptorLimits(RateQuotas quotas, boolean isShadow) {
        this.quotas = quotas;
        this.isShadow = isShadow;
    }

    /** Requests that were admitted since the start. */
    public long admitted() {
        return admitted.sum();
    }

    /** Requests that were refused since the start; in shadow mode those that would have been. */
    public long refused() {
        return refused.sum();
    }

    /** A descriptor, the quota that limits it, and what it takes of it: perhaps nothing. */
    private record Limited(QuotaName quota, long hits) {}

    RateLimitAnswer decide(RateLimitRequest request, long nowNanos) {
        List<Optional<Limited>> limited = new ArrayList<>();
        for (EnvoyDescriptor descriptor : request.descriptors()) {
            limited.add(limited(descriptor, request, nowNanos));
        }
        List<RateStep> steps = steps(limited);
        RateDecision decision =
                steps.isEmpty() ? new RateDecision.Taken(List.of(), now -> {}) : quotas.take(steps, nowNanos);
        boolean isOver = decision instanceof RateDecision.Refused;
        (isOver ? refused : admitted).increment();
        List<DescriptorStatus> statuses = new ArrayList<>();
        for (Optional<Limited> each : limited) {
            statuses.add(
                    each.map(found -> status(found, steps, decision, nowNanos)).orElse(DescriptorStatus.UNLIMITED));
        }
        return new RateLimitAnswer(isOver && !isShadow, statuses);
    }

    private Optional<Limited> limited(EnvoyDescriptor descriptor, RateLimitRequest request, long nowNanos) {
        long hits = Math.min(RateStep.TOKENS_MAX, descriptor.hits().orElse(request.hits()));
        for (QuotaName name : descriptor.names(request.domain())) {
            if (quotas.view(name, nowNanos).isPresent()) {
                return Optional.of(new Limited(name, hits));
            }
        }
        return Optional.empty();
    }

    /** One step for each quota: two descriptors may mean the same. */
    private static List<RateStep> steps(List<Optional<Limited>> limited) {
        Map<QuotaName, Long> tokens = new LinkedHashMap<>();
        for (Optional<Limited> each : limited) {
            each.filter(found -> found.hits() > 0)
                    .ifPresent(found ->
                            tokens.merge(found.quota(), found.hits(), (a, b) -> Math.min(RateStep.TOKENS_MAX, a + b)));
        }
        List<RateStep> steps = new ArrayList<>();
        tokens.forEach((quota, count) -> steps.add(new RateStep(quota, count)));
        return steps;
    }

    private DescriptorStatus status(Limited limited, List<RateStep> steps, RateDecision decision, long nowNanos) {
        int step = indexOf(limited.quota(), steps);
        String name = limited.quota().toString();
        if (step >= 0 && decision instanceof RateDecision.Taken taken) {
            return new DescriptorStatus(
                    false, Optional.of(new NamedView(name, taken.views().get(step), 0)));
        }
        if (decision instanceof RateDecision.Refused refusal && refusal.step() == step) {
            long wait =
                    refusal.waitNanos() == RateDecision.NEVER ? refusal.view().periodNanos() : refusal.waitNanos();
            return new DescriptorStatus(!isShadow, Optional.of(new NamedView(name, refusal.view(), wait)));
        }
        // Nothing was taken of it. It is over its limit where it would have refused the request itself.
        Optional<RateView> view = quotas.view(limited.quota(), nowNanos);
        if (view.isEmpty()) {
            return DescriptorStatus.UNLIMITED;
        }
        long asked = step < 0 ? 0 : steps.get(step).tokens();
        boolean isFull = view.get().remaining() < Math.max(1, asked);
        boolean isOver = isFull && step >= 0;
        return new DescriptorStatus(isOver && !isShadow, Optional.of(new NamedView(name, view.get(), 0)));
    }

    private static int indexOf(QuotaName quota, List<RateStep> steps) {
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i).quota().equals(quota)) {
                return i;
            }
        }
        return -1;
    }
}
