package dev.sluice.sync.relay;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Membership;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.limits.pacing.RemoteNode;
import dev.sluice.limits.usage.UsageRegistry;

/** The registry of a relay. A relay limits nothing, so it has no usage and takes none. */
public enum RelayUsageRegistry implements UsageRegistry {
    INSTANCE;

    @Override
    public void forEachSubject(Visitor visitor) {}

    @Override
    public void measure(Visitor visitor, long nowNanos) {}

    @Override
    public boolean hasUrgentUpdate() {
        return false;
    }

    @Override
    public long urgentNanos() {
        return 0;
    }

    @Override
    public void onUrgentUpdate(Runnable wake) {}

    @Override
    public void measureUrgent(Visitor visitor, long nowNanos) {}

    @Override
    public long applyRemote(
            RemoteNode from,
            SubjectId id,
            Scope scope,
            Dimension dimension,
            long amount,
            double demandPerSecond,
            long nowNanos) {
        return 0;
    }

    @Override
    public void updateMembership(Membership membership, long nowNanos) {}
}
