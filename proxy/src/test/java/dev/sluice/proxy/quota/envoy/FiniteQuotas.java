package dev.sluice.proxy.quota.envoy;

import dev.sluice.limits.model.QuotaName;
import dev.sluice.quota.rate.RateDecision;
import dev.sluice.quota.rate.RateQuotas;
import dev.sluice.quota.rate.RateStep;
import dev.sluice.quota.rate.RateView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Quotas of so many tokens that never come back. */
final class FiniteQuotas implements RateQuotas {
    static final long PERIOD_NANOS = 60_000_000_000L;
    static final long WAIT_NANOS = 1_500_000_000L;

    private final Map<QuotaName, Long> limits = new HashMap<>();
    private final Map<QuotaName, Long> left = new HashMap<>();

    FiniteQuotas with(String namespace, String resource, long tokens) {
        limits.put(new QuotaName(namespace, resource), tokens);
        left.put(new QuotaName(namespace, resource), tokens);
        return this;
    }

    long left(String namespace, String resource) {
        return left.get(new QuotaName(namespace, resource));
    }

    @Override
    public synchronized RateDecision take(List<RateStep> steps, long nowNanos) {
        for (int i = 0; i < steps.size(); i++) {
            RateStep step = steps.get(i);
            if (!left.containsKey(step.quota())) {
                return new RateDecision.Missing(i);
            }
            if (left.get(step.quota()) < step.tokens()) {
                long wait = step.tokens() > limits.get(step.quota()) ? RateDecision.NEVER : WAIT_NANOS;
                return new RateDecision.Refused(i, wait, view(step.quota()));
            }
        }
        List<RateView> views = new ArrayList<>();
        for (RateStep step : steps) {
            left.merge(step.quota(), -step.tokens(), Long::sum);
            views.add(view(step.quota()));
        }
        return new RateDecision.Taken(views, now -> {});
    }

    @Override
    public synchronized Optional<RateView> view(QuotaName quota, long nowNanos) {
        return left.containsKey(quota) ? Optional.of(view(quota)) : Optional.empty();
    }

    private RateView view(QuotaName quota) {
        long limit = limits.get(quota);
        return new RateView(limit, PERIOD_NANOS, limit, left.get(quota), WAIT_NANOS);
    }
}
