package dev.sluice.limits.sharing;

import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;

/** A subject of which a test needs nothing. */
final class NamelessOwner implements LedgerOwner {
    @Override
    public SubjectId id() {
        return new SubjectId(1, 2);
    }

    @Override
    public Scope scope() {
        return Scope.USER;
    }

    @Override
    public String label() {
        return "nobody";
    }

    @Override
    public void markAdmitted() {}

    @Override
    public void touch(long nowNanos) {}

    @Override
    public void requestUrgentUpdate() {}
}
