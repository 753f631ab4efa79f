package dev.sluice.quota.rate;

import dev.sluice.limits.admission.TokenAdmission;
import dev.sluice.limits.admission.TokenAdmission.Outcome;
import dev.sluice.limits.admission.TokenCharge;
import dev.sluice.limits.meter.Meter;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.QuotaName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rate quotas of the limiter's policy. A call is decided on this node at once; what it takes is reported to the other
 * nodes as S3 operations are, and counts there. Thread-safe, without a lock.
 */
public final class LimiterRateQuotas implements RateQuotas {
    private final TokenAdmission admission;

    /** The quotas of the policy in force there, whatever it is. */
    public LimiterRateQuotas(TokenAdmission admission) {
        this.admission = admission;
    }

    @Override
    public RateDecision take(RateStep step, long nowNanos) {
        TokenCharge call = admission.call(1);
        return admission.add(call, 0, step.quota(), step.tokens(), nowNanos)
                ? decide(call, 1, nowNanos)
                : new RateDecision.Missing(0);
    }

    @Override
    public RateVerdict tryTake(RateStep step, long nowNanos) {
        Outcome outcome = admission.takeOne(step.quota(), step.tokens(), nowNanos);
        if (outcome == null) {
            return RateVerdict.MISSING;
        }
        return outcome instanceof Outcome.Refused refused
                ? new RateVerdict.Refused(waitNanos(refused))
                : RateVerdict.TAKEN;
    }

    private static long waitNanos(Outcome.Refused refused) {
        return refused.waitNanos() == Meter.NEVER ? RateDecision.NEVER : refused.waitNanos();
    }

    @Override
    public RateDecision take(List<RateStep> steps, long nowNanos) {
        TokenCharge call = admission.call(steps.size());
        for (int i = 0; i < steps.size(); i++) {
            RateStep step = steps.get(i);
            if (!admission.add(call, i, step.quota(), step.tokens(), nowNanos)) {
                return new RateDecision.Missing(i);
            }
        }
        return decide(call, steps.size(), nowNanos);
    }

    private RateDecision decide(TokenCharge call, int steps, long nowNanos) {
        if (admission.take(call, nowNanos) instanceof Outcome.Refused refused) {
            return new RateDecision.Refused(refused.step(), waitNanos(refused), view(call, refused.step(), nowNanos));
        }
        if (steps == 1) {
            return new RateDecision.Taken(List.of(view(call, 0, nowNanos)), call::giveBack);
        }
        List<RateView> views = new ArrayList<>(steps);
        for (int i = 0; i < steps; i++) {
            views.add(view(call, i, nowNanos));
        }
        return new RateDecision.Taken(views, call::giveBack);
    }

    private RateView view(TokenCharge call, int step, long nowNanos) {
        return admission.view(call, step, LimiterRateQuotas::view, nowNanos);
    }

    @Override
    public Optional<RateView> view(QuotaName quota, long nowNanos) {
        return Optional.ofNullable(admission.view(quota, LimiterRateQuotas::view, nowNanos));
    }

    private static RateView view(Limit limit, long remaining, long resetNanos) {
        // A quota of no tokens never has any: waiting changes nothing.
        long reset = resetNanos == Meter.NEVER ? 0 : resetNanos;
        return new RateView(limit.amount(), limit.periodNanos(), limit.capacity(), remaining, reset);
    }
}
