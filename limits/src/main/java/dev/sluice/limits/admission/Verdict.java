package dev.sluice.limits.admission;

import dev.sluice.limits.meter.Meter;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.sharing.Ledger;

/** What became of a request at admission. */
public sealed interface Verdict {
    /** Every limit had room; what was taken is on the request's {@link Ticket}. */
    record Admitted() implements Verdict {}

    /**
     * A limit had no room; nothing was taken.
     *
     * @param subject the user, bucket or tenant; empty where the scope has only one
     * @param limit that takes longest to have room again
     * @param retryAfterNanos after which the request should return, at least 1: when all limits that refused have room again,
     *     as this node knows the cluster, and a few seconds at most so that not all return at once; {@link Meter#NEVER}: the
     *     limit is 0
     */
    record Rejected(Scope scope, String subject, Dimension dimension, Limit limit, long retryAfterNanos)
            implements Verdict {
        static Rejected by(Ledger ledger, long retryAfterNanos) {
            Scope scope = ledger.owner().scope();
            return new Rejected(scope, ledger.owner().label(), ledger.dimension(), ledger.limit(), retryAfterNanos);
        }

        /** Whether no request passes, however long it waits, until the limit is raised. */
        public boolean isForGood() {
            return retryAfterNanos == Meter.NEVER;
        }
    }

    /**
     * Limits had no room, and all of them let requests wait; nothing was taken. {@link HeldRequest#begin} or {@link
     * HeldRequest#leave} is to follow.
     */
    record Held(HeldRequest request) implements Verdict {}

    /** The one admitted verdict: it carries nothing. */
    Verdict ADMITTED = new Admitted();
}
