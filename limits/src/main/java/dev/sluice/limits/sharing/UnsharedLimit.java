package dev.sluice.limits.sharing;

import dev.sluice.limits.meter.Meter;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.RateLimit;
import dev.sluice.limits.pacing.RemoteNode;

/** A limit without shares: each node takes whatever room its meter has. What other nodes admitted is charged there. */
final class UnsharedLimit extends LimitSharing {
    private final Ledger ledger;
    private volatile long remoteUseNanos;

    UnsharedLimit(Ledger ledger, long nowNanos) {
        super(nowNanos);
        this.ledger = ledger;
        this.remoteUseNanos = nowNanos;
    }

    @Override
    boolean hasRoom(long cost, long nowNanos) {
        return ledger.meter().hasRoom(cost, 0, nowNanos);
    }

    @Override
    boolean tryTake(Meter meter, long cost, long nowNanos) {
        return ledger.tryCharge(meter, cost, nowNanos);
    }

    @Override
    long waitNanos(long cost, long nowNanos) {
        return ledger.meter().waitNanos(cost, nowNanos);
    }

    @Override
    double admittedPerSecond() {
        Limit limit = ledger.limit();
        return limit instanceof RateLimit
                ? limit.amount() * ledger.fraction() / limit.periodNanos() * Limit.SECOND_NANOS
                : 0;
    }

    @Override
    void applyRemote(RemoteNode from, double demandPerSecond, long amount, long nowNanos) {
        if (amount != 0) {
            remoteUseNanos = nowNanos;
            ledger.chargeRemote(amount, nowNanos);
        }
    }

    @Override
    long prefetch() {
        return ledger.remote();
    }

    @Override
    long remoteUseNanos() {
        return remoteUseNanos;
    }

    @Override
    void measure(long nowNanos) {}

    @Override
    double demand() {
        return 0;
    }

    @Override
    void update(long nowNanos) {}
}
