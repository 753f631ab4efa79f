package dev.sluice.proxy.gate;

import dev.sluice.limits.admission.Verdict;

/** What happens with a request. */
public sealed interface GateDecision {
    /** The request goes to RGW. What it was charged is on its ticket. */
    enum Forward implements GateDecision {
        /** Nothing more is charged. */
        CHARGED,
        /** The body lists objects to delete, of which only one has been charged. */
        CHARGE_LISTED_DELETES
    }

    /**
     * A limit has no room.
     *
     * @param bucket for the response's {@code BucketName}; empty: none
     */
    record Reject(Verdict.Rejected verdict, String bucket) implements GateDecision {}
}
