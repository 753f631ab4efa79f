package dev.sluice.proxy.gate;

import dev.sluice.limits.admission.Ticket;
import dev.sluice.proxy.http1.RequestHead;

/** Decides about a request from its head, before RGW sees it. Called on event loops; must not block. */
@FunctionalInterface
public interface Gate {
    /**
     * Decides about one request.
     *
     * @param head valid during the call only
     * @param ticket receives what the request is charged
     */
    GateDecision decide(RequestHead head, Ticket ticket, long nowNanos);

    /**
     * Decides about a request for which {@link GateDecision.Undecided#FORM_NEEDED} was returned.
     *
     * @param form the head and the first bytes of the body
     * @param ticket receives what the request is charged
     */
    default GateDecision decide(FormHead form, Ticket ticket, long nowNanos) {
        return decide(form.head(), ticket, nowNanos);
    }

    /** Returns a gate with the same decisions for the requests of one connection, which come one after the other. */
    default Gate forConnection() {
        return this;
    }

    /**
     * RGW has begun to respond to the request that was decided last. To be called on a gate {@link #forConnection}.
     *
     * @param status of the response, 200 or more
     */
    default void responded(int status) {}

    /** Returns a gate with the same decisions for one event loop: it may cache without a lock. */
    default Gate forEventLoop() {
        return this;
    }
}
