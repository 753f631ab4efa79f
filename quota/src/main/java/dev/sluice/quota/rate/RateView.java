package dev.sluice.quota.rate;

/**
 * A rate quota as this node sees it. Immutable.
 *
 * @param limit tokens a period
 * @param periodNanos above 0
 * @param capacity the most tokens that can be taken at once: the burst of a token bucket, else the limit
 * @param remaining tokens that can be taken now, 0 to {@code capacity}
 * @param resetNanos until all of the capacity can be taken again, if nothing else is; 0: now
 */
public record RateView(long limit, long periodNanos, long capacity, long remaining, long resetNanos) {}
