package dev.sluice.limits.model;

/** A limit on what is used per period: operations, or bytes. */
public sealed interface RateLimit extends Limit permits OperationRateLimit, ByteRateLimit {
    /** How much per period, how it is counted, and how nodes share it. */
    LimitRate rate();

    /** The same limit with another sharing. */
    RateLimit with(Sharing newSharing);

    @Override
    RateLimit with(OnExceed newOnExceed);

    @Override
    RateLimit part(double fraction);

    @Override
    default long amount() {
        return rate().amount();
    }

    @Override
    default long periodNanos() {
        return rate().periodNanos();
    }

    @Override
    default long capacity() {
        return rate().algorithm().capacity(amount());
    }

    @Override
    default double fraction(Membership membership) {
        return rate().fraction(membership);
    }

    @Override
    default String text() {
        return rate().text();
    }

    @Override
    default String meterKey() {
        return rate().algorithm().name().key();
    }
}
