package dev.sluice.sync;

import dev.sluice.limits.Dimension;
import dev.sluice.limits.Membership;
import dev.sluice.limits.RemoteNode;
import dev.sluice.limits.Scope;
import dev.sluice.limits.SubjectId;
import dev.sluice.limits.UsageBook;

/** The book of a relay: it limits nobody, so it neither tells nor remembers anything. */
enum NoBook implements UsageBook {
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
