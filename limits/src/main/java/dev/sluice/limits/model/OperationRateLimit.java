package dev.sluice.limits.model;

/** A limit on operations per period. */
public record OperationRateLimit(LimitRate rate, OnExceed onExceed) implements RateLimit {
    @Override
    public Dimension.Unit unit() {
        return Dimension.Unit.OPERATIONS;
    }

    /** Whether each node is held to a share of it, request by request. */
    public boolean isPaced() {
        return rate.sharing() == Sharing.PACED && rate.amount() > 0;
    }

    @Override
    public OperationRateLimit with(OnExceed newOnExceed) {
        return new OperationRateLimit(rate, newOnExceed);
    }

    @Override
    public OperationRateLimit with(Sharing newSharing) {
        return new OperationRateLimit(rate.with(newSharing), onExceed);
    }

    @Override
    public OperationRateLimit part(double fraction) {
        return new OperationRateLimit(rate.part(fraction), onExceed);
    }
}
