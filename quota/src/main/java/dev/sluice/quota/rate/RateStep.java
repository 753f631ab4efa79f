package dev.sluice.quota.rate;

import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.QuotaName;

/**
 * Tokens to be taken of one rate quota. Immutable.
 *
 * @param tokens 1 to {@link #TOKENS_MAX}
 */
public record RateStep(QuotaName quota, long tokens) {
    /** The most tokens of one step; also the largest amount of a limit. */
    public static final long TOKENS_MAX = Limit.AMOUNT_MAX;

    /** Checks the range. */
    public RateStep {
        if (tokens < 1 || tokens > TOKENS_MAX) {
            throw new IllegalArgumentException("tokens must be 1 to " + TOKENS_MAX);
        }
    }
}
