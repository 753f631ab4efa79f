package dev.sluice.limits.admission;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.Scope;

/** What became of a request at admission. */
public sealed interface Verdict {
    /** Every limit had room; what was taken is on the request's {@link Ticket}. */
    record Admitted() implements Verdict {}

    /**
     * A limit had no room; nothing was taken.
     *
     * @param subject the user, bucket or tenant; empty where the scope has only one
     * @param retryAfterNanos until the limits that refused would have room again, as this node knows the cluster
     */
    record Rejected(Scope scope, String subject, Dimension dimension, Limit limit, long retryAfterNanos)
            implements Verdict {}

    /** The one admitted verdict: it carries nothing. */
    Verdict ADMITTED = new Admitted();
}
