package dev.sluice.limits.sharing;

import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;

/** The subject that a {@link Ledger} counts for. Safe for use by any thread. */
public interface LedgerOwner {
    /** What peers call it. */
    SubjectId id();

    Scope scope();

    /** The subject's name where it is known, else what can be shown of its id. */
    String label();

    /** It was used on this node: peers need to receive its counts. */
    void markAdmitted();

    /** It is in use now, and not to be forgotten. */
    void touch(long nowNanos);

    /** The peers should receive the subject's demand before the next report is due. */
    void requestUrgentUpdate();
}
