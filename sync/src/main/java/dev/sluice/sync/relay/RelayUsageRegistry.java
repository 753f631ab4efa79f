package dev.sluice.sync.relay;

import dev.sluice.limits.admission.UsageRegistry;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Membership;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.limits.pacing.RemoteNode;

/** The book of a relay: it limits nobody, so it neither tells nor remembers anything. */
public enum RelayUsageRegistry implements UsageRegistry {
    INSTANCE;

    @Override
    public void forEachSubject(Visitor visitor) {}

    @Override
    public void tick(Visitor visitor, long nowNanos) {}

    @Override
    public boolean hasSurprise() {
        return false;
    }

    @Override
    public void onSurprise(Runnable wake) {}

    @Override
    public void tickSurprised(Visitor visitor, long nowNanos) {}

    @Override
    public void hear(
            RemoteNode from,
            SubjectId id,
            Scope scope,
            Dimension dimension,
            long amount,
            double demandPerSecond,
            long nowNanos) {}

    @Override
    public void membership(Membership membership, long nowNanos) {}
}
