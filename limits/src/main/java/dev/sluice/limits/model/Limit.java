package dev.sluice.limits.model;

/**
 * What one subject may use of one dimension, in the whole cluster. A {@link RateLimit} is an amount per period; a
 * {@link ConcurrencyLimit} is a number of requests in flight. Immutable.
 *
 * <p>Each kind has only the fields that mean something for it.
 */
public sealed interface Limit permits RateLimit, ConcurrencyLimit {
    /** The largest amount. The meters count in 46 bits, and this leaves their arithmetic headroom. */
    long AMOUNT_MAX = 1L << 45;

    /** One second. */
    long SECOND_NANOS = 1_000_000_000L;

    /** Operations, bytes or requests in flight; 0 admits nothing. */
    long amount();

    /** What the amount counts. A {@link LimitSet} holds a limit only under a dimension of the same unit. */
    Dimension.Unit unit();

    /** What happens to a request that this limit has no room for. */
    OnExceed onExceed();

    /** The same limit with another rule for requests that it has no room for. */
    Limit with(OnExceed newOnExceed);

    /** How much may be used at once: the depth of a token bucket, else the amount. */
    long capacity();

    /** How far back the limit looks: the period of a rate, 0 for a limit on requests in flight. */
    long periodNanos();

    /** The part of the limit that the nodes which reach each other may admit together; above 0, at most 1. */
    double fraction(Membership membership);

    /** A part of the limit, but at least 1 of what is more than nothing. */
    Limit part(double fraction);

    /** As it stands in the limits file: {@code 200/s}, {@code 600/min}; a plain number for requests in flight. */
    String text();

    /** The word for its meter, as in the limits file: {@code window}, {@code bucket}, ... or {@code gauge}. */
    String meterKey();

    /** A limit on operations; the burst of a bucket is one period's worth. */
    static OperationRateLimit rate(long amount, long periodNanos, MeterAlgorithm algorithm) {
        return new OperationRateLimit(LimitRate.of(amount, periodNanos, algorithm), OnExceed.REJECT);
    }

    /** A limit on operations that are counted by a token bucket of depth {@code burst}. */
    static OperationRateLimit bucket(long amount, long periodNanos, long burst) {
        LimitRate rate = LimitRate.of(amount, periodNanos, new RateAlgorithm.TokenBucket(burst));
        return new OperationRateLimit(rate, OnExceed.REJECT);
    }

    /** A limit of {@code amount} operations a second. */
    static OperationRateLimit perSecond(long amount, MeterAlgorithm algorithm) {
        return rate(amount, SECOND_NANOS, algorithm);
    }

    /** A limit of {@code amount} bytes a second, for which transfers wait. */
    static ByteRateLimit bytesPerSecond(long amount, MeterAlgorithm algorithm) {
        return ByteRateLimit.of(LimitRate.of(amount, SECOND_NANOS, algorithm));
    }

    /** At most {@code amount} requests in flight. */
    static ConcurrencyLimit concurrent(long amount) {
        return new ConcurrencyLimit(amount, OnExceed.REJECT);
    }

    /** {@code amount}, if a limit may be so large. */
    static long checkedAmount(long amount) {
        if (amount < 0 || amount > AMOUNT_MAX) {
            throw new IllegalArgumentException("amount must be 0 to 2^45, not " + amount);
        }
        return amount;
    }
}
