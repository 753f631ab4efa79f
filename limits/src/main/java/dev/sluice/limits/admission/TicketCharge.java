package dev.sluice.limits.admission;

import dev.sluice.limits.sharing.Ledger;
import org.jspecify.annotations.Nullable;

/** Charges the limits that a request has to pass, one after the other, until one has no room. */
final class TicketCharge {
    private TicketCharge() {}

    /**
     * Charges all limits of the ticket; returns the first that has no room, with what was taken still on the ticket.
     *
     * @param sequence the request's turn: those that wait and came before it get room first
     */
    static @Nullable Ledger charge(Ticket ticket, long sequence, long nowNanos) {
        Ledger refusing = firstRefusing(ticket, sequence, nowNanos);
        if (refusing == null) {
            refusing = take(ticket, nowNanos);
        }
        return refusing == null || !refusing.limit().onExceed().isShadow()
                ? refusing
                : ShadowPass.of(refusing, ticket, sequence, nowNanos);
    }

    /**
     * Before anything is charged, asks the limits in which requests wait that came before, and those that refused their
     * last request: a refusal then leaves no trace at the others. The room of the first limit is left out, because it is
     * the first to be taken of anyway.
     */
    private static @Nullable Ledger firstRefusing(Ticket ticket, long sequence, long nowNanos) {
        for (int i = 0; i < ticket.count(); i++) {
            Ledger ledger = ticket.ledger(i);
            boolean isRefusing = ledger.isQueuedBefore(sequence)
                    || (i > 0 && ledger.isRecentlyRejecting() && !ledger.hasRoom(ticket.cost(i), nowNanos));
            if (isRefusing) {
                return ledger;
            }
        }
        return null;
    }

    private static @Nullable Ledger take(Ticket ticket, long nowNanos) {
        for (int i = 0; i < ticket.count(); i++) {
            if (!ticket.take(i, nowNanos)) {
                return ticket.ledger(i);
            }
        }
        return null;
    }
}
