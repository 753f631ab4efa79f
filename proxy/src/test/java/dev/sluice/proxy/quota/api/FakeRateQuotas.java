package dev.sluice.proxy.quota.api;

import dev.sluice.limits.model.QuotaName;
import dev.sluice.quota.rate.RateDecision;
import dev.sluice.quota.rate.RateQuotas;
import dev.sluice.quota.rate.RateStep;
import dev.sluice.quota.rate.RateView;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Rate quotas of one token a second that start full and are never refilled: what is taken can be counted. */
final class FakeRateQuotas implements RateQuotas {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final Map<String, Long> capacities = new TreeMap<>();
    private final Map<String, Long> left = new TreeMap<>();

    FakeRateQuotas with(String namespace, String resource, long capacity) {
        String subject = new QuotaName(namespace, resource).subject();
        capacities.put(subject, capacity);
        left.put(subject, capacity);
        return this;
    }

    synchronized long left(String namespace, String resource) {
        return left.get(new QuotaName(namespace, resource).subject());
    }

    @Override
    public synchronized RateDecision take(List<RateStep> steps, long nowNanos) {
        for (int i = 0; i < steps.size(); i++) {
            if (!capacities.containsKey(steps.get(i).quota().subject())) {
                return new RateDecision.Missing(i);
            }
        }
        for (int i = 0; i < steps.size(); i++) {
            RateStep step = steps.get(i);
            String subject = step.quota().subject();
            long missing = step.tokens() - left.get(subject);
            if (missing > 0) {
                boolean isNever = step.tokens() > capacities.get(subject);
                return new RateDecision.Refused(
                        i,
                        isNever ? RateDecision.NEVER : missing * NANOS_PER_SECOND,
                        view(step.quota(), nowNanos).orElseThrow());
            }
        }
        steps.forEach(step -> left.merge(step.quota().subject(), -step.tokens(), Long::sum));
        List<RateView> views = steps.stream()
                .map(step -> view(step.quota(), nowNanos).orElseThrow())
                .toList();
        return new RateDecision.Taken(views, at -> giveBack(steps));
    }

    private synchronized void giveBack(List<RateStep> steps) {
        steps.forEach(step -> left.merge(step.quota().subject(), step.tokens(), Long::sum));
    }

    @Override
    public synchronized Optional<RateView> view(QuotaName quota, long nowNanos) {
        Long capacity = capacities.get(quota.subject());
        if (capacity == null) {
            return Optional.empty();
        }
        long remaining = left.get(quota.subject());
        return Optional.of(new RateView(
                60, 60 * NANOS_PER_SECOND, capacity, remaining, (capacity - remaining) * NANOS_PER_SECOND));
    }
}
