package dev.sluice.quota.rate;

import dev.sluice.limits.model.QuotaName;
import java.util.List;
import java.util.Optional;

/** The rate quotas of this node. Thread-safe; never blocks; time is an argument and monotonic. */
public interface RateQuotas {
    /** Takes tokens of one quota, if it has so many left. */
    default RateDecision take(RateStep step, long nowNanos) {
        return take(List.of(step), nowNanos);
    }

    /** Takes tokens of one quota, if it has so many left. Says nothing of what is left, which costs less. */
    default RateVerdict tryTake(RateStep step, long nowNanos) {
        RateDecision decision = take(step, nowNanos);
        if (decision instanceof RateDecision.Refused refused) {
            return new RateVerdict.Refused(refused.waitNanos());
        }
        return decision instanceof RateDecision.Taken ? RateVerdict.TAKEN : RateVerdict.MISSING;
    }

    /**
     * Takes tokens of all quotas, or of none.
     *
     * @param steps at least one, each of another quota
     */
    RateDecision take(List<RateStep> steps, long nowNanos);

    /** A quota as it stands; empty: there is none of that name. Takes nothing. */
    Optional<RateView> view(QuotaName quota, long nowNanos);
}
