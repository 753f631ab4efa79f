package dev.sluice.limits.model;

/** A limit on requests in flight. It has no period, and nodes always share it out slot by slot. */
public record ConcurrencyLimit(long amount, OnExceed onExceed) implements Limit {
    public ConcurrencyLimit {
        Limit.checkedAmount(amount);
    }

    @Override
    public Dimension.Unit unit() {
        return Dimension.Unit.REQUESTS;
    }

    @Override
    public long capacity() {
        return amount;
    }

    @Override
    public long periodNanos() {
        return 0;
    }

    @Override
    public double fraction(Membership membership) {
        return membership.fraction();
    }

    @Override
    public ConcurrencyLimit with(OnExceed newOnExceed) {
        return new ConcurrencyLimit(amount, newOnExceed);
    }

    @Override
    public ConcurrencyLimit part(double fraction) {
        return new ConcurrencyLimit(LimitRate.part(amount, fraction), onExceed);
    }

    @Override
    public String text() {
        return Long.toString(amount);
    }

    @Override
    public String meterKey() {
        return "gauge";
    }
}
