package dev.sluice.proxy.gate;

import dev.sluice.limits.admission.Ticket;
import dev.sluice.limits.admission.Verdict;
import dev.sluice.proxy.http1.RequestHead;

/** Decides about a request from its head, before RGW sees it. Called on event loops; must not block. */
@FunctionalInterface
public interface Gate {
    /** What is to be done with a request. */
    sealed interface Decision {
        /**
         * To RGW; what it was charged is on the ticket.
         *
         * @param listsDeletes whether the body lists objects to delete, each of which counts: as one delete it was charged
         */
        record Forward(boolean listsDeletes) implements Decision {}

        /**
         * A limit has no room.
         *
         * @param bucket for the answer's {@code BucketName}; empty: none
         */
        record Refuse(Verdict.Rejected verdict, String bucket) implements Decision {}

        Decision FORWARD = new Forward(false);
        Decision FORWARD_DELETE_LIST = new Forward(true);
    }

    /**
     * Decides.
     *
     * @param head valid during the call only
     */
    Decision decide(RequestHead head, Ticket ticket, long nowNanos);

    /** One that decides alike, for one event loop alone: it may remember what it saw without a lock. */
    default Gate forEventLoop() {
        return this;
    }
}
