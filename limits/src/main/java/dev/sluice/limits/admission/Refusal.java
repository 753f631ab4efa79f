package dev.sluice.limits.admission;

import dev.sluice.limits.sharing.Ledger;

/**
 * The limits that have no room for a request, at one moment.
 *
 * @param ledgers which of the ticket's refuse, as bits
 * @param longest the one that takes longest to have room again
 * @param waitNanos how long that one takes for its next request, at least 1
 * @param mayWait whether all that refuse let requests wait
 */
record Refusal(int ledgers, Ledger longest, long waitNanos, boolean mayWait) {
    /**
     * Asks the other limits of a request that one has refused: the enforced ones, or the shadow limits if it is one.
     *
     * @param sequence the request's turn
     */
    static Refusal of(Ledger refusing, Ticket ticket, long sequence, long nowNanos) {
        Ledger longest = refusing;
        long waitNanos = Math.max(1, refusing.waitNanos(nowNanos));
        boolean mayWait = refusing.limit().onExceed().mayWait();
        boolean isShadow = refusing.limit().onExceed().isShadow();
        int bits = 0;
        for (int i = 0; i < ticket.count(); i++) {
            Ledger ledger = ticket.ledger(i);
            if (ledger == refusing) {
                bits |= 1 << i;
            } else if (!ticket.isTaken(i)
                    && ledger.limit().onExceed().isShadow() == isShadow
                    && refuses(ledger, ticket.cost(i), sequence, nowNanos)) {
                bits |= 1 << i;
                mayWait &= ledger.limit().onExceed().mayWait();
                long itsWaitNanos = ledger.waitNanos(nowNanos);
                if (itsWaitNanos > waitNanos) {
                    longest = ledger;
                    waitNanos = itsWaitNanos;
                }
            }
        }
        return new Refusal(bits, longest, waitNanos, mayWait);
    }

    private static boolean refuses(Ledger ledger, long cost, long sequence, long nowNanos) {
        return ledger.isQueuedBefore(sequence) || !ledger.hasRoom(cost, nowNanos);
    }

    /** Whether that limit of the ticket refuses. */
    boolean isBy(int i) {
        return (ledgers & 1 << i) != 0;
    }

    /** Counts the request at all limits that refuse it. */
    void count(Ticket ticket) {
        for (int i = 0; i < ticket.count(); i++) {
            if (isBy(i)) {
                ticket.ledger(i).countRefused();
            }
        }
    }
}
