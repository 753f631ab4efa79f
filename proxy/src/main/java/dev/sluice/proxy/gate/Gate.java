package dev.sluice.proxy.gate;

import dev.sluice.limits.admission.Ticket;
import dev.sluice.proxy.exchange.ResponseObserver;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.proof.RequestClaim;
import org.jspecify.annotations.Nullable;

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

    /**
     * Decides about one request of a client's connection.
     *
     * @param claim the connection's own; receives what is known of the access key
     */
    default GateDecision decide(RequestHead head, RequestClaim claim, Ticket ticket, long nowNanos) {
        return decide(head, ticket, nowNanos);
    }

    /** Decides about a request of a client's connection with the first bytes of its body. */
    default GateDecision decide(FormHead form, RequestClaim claim, Ticket ticket, long nowNanos) {
        return decide(form, ticket, nowNanos);
    }

    /**
     * RGW has responded to an admitted request.
     *
     * @param claim as {@link #decide} left it
     * @param isUnknownKey whether the response says that there is no such access key, as far as that could be seen
     * @param ticket what the request was charged; receives what it is charged now
     */
    default void responded(RequestClaim claim, int status, boolean isUnknownKey, Ticket ticket, long nowNanos) {}

    /** Who observes the response to a request that was decided about as {@link GateDecision.Forward#CHARGED_AND_OBSERVED}. */
    default @Nullable ResponseObserver observer(RequestClaim claim) {
        return null;
    }

    /** Called four times a second, also without requests, on the event loop: forgets what was derived from old secrets. */
    default void sweep() {}

    /** The event loop has ended: overwrites what was derived from secrets. */
    default void wipe() {}

    /** Returns a gate with the same decisions for one event loop: it may cache without a lock. */
    default Gate forEventLoop() {
        return this;
    }
}
