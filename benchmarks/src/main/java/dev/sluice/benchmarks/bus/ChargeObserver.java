package dev.sluice.benchmarks.bus;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Membership;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.limits.pacing.RemoteNode;
import dev.sluice.limits.usage.UsageRegistry;
import java.util.function.LongConsumer;

/** A limiter as sync sees it; also reports each amount of remote usage at the moment it is charged. */
final class ChargeObserver implements UsageRegistry {
    private final UsageRegistry limiter;
    private final LongConsumer charged;

    ChargeObserver(UsageRegistry limiter, LongConsumer charged) {
        this.limiter = limiter;
        this.charged = charged;
    }

    @Override
    public void forEachSubject(Visitor visitor) {
        limiter.forEachSubject(visitor);
    }

    @Override
    public void measure(Visitor visitor, long nowNanos) {
        limiter.measure(visitor, nowNanos);
    }

    @Override
    public boolean hasUrgentUpdate() {
        return limiter.hasUrgentUpdate();
    }

    @Override
    public long urgentNanos() {
        return limiter.urgentNanos();
    }

    @Override
    public void onUrgentUpdate(Runnable wake) {
        limiter.onUrgentUpdate(wake);
    }

    @Override
    public void measureUrgent(Visitor visitor, long nowNanos) {
        limiter.measureUrgent(visitor, nowNanos);
    }

    @Override
    public long applyRemote(
            RemoteNode from,
            SubjectId id,
            Scope scope,
            Dimension dimension,
            long amount,
            double demandPerSecond,
            long nowNanos) {
        long refused = limiter.applyRemote(from, id, scope, dimension, amount, demandPerSecond, nowNanos);
        charged.accept(amount - refused);
        return refused;
    }

    @Override
    public void updateMembership(Membership membership, long nowNanos) {
        limiter.updateMembership(membership, nowNanos);
    }
}
