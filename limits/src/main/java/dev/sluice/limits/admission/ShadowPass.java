package dev.sluice.limits.admission;

import dev.sluice.limits.sharing.Ledger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets a request pass that a shadow limit has no room for. Afterwards all shadow limits are in the state in which a
 * rejection would have left them: none is charged, all that refuse have counted it, and it counts as a rejection of one of
 * them. So a load has as many would-be rejections as it has rejections when the same limits are enforced. The limits that are
 * enforced are charged, for the request is served; if one of them refuses, it is rejected and no shadow limit counts it.
 */
final class ShadowPass {
    private ShadowPass() {}

    /**
     * Charges the enforced limits of the ticket; returns the first of them that has no room.
     *
     * @param refusing a shadow limit that has no room
     */
    static @Nullable Ledger of(Ledger refusing, Ticket ticket, long sequence, long nowNanos) {
        Refusal refusal = Refusal.of(refusing, ticket, sequence, nowNanos);
        List<Ledger> all = new ArrayList<>(ticket.count());
        for (int i = 0; i < ticket.count(); i++) {
            if (refusal.isBy(i)) {
                all.add(ticket.ledger(i));
            }
        }
        ticket.leaveShadowLimits(nowNanos);
        for (int i = 0; i < ticket.count(); i++) {
            if (!ticket.isTaken(i) && (ticket.ledger(i).isQueuedBefore(sequence) || !ticket.take(i, nowNanos))) {
                return ticket.ledger(i);
            }
        }
        all.forEach(Ledger::countRefused);
        Ledger longest = refusal.longest();
        longest.countWouldReject();
        // As after a rejection: the limit expects the request to return.
        long returnNanos = longest.returnNanos(refusal.waitNanos(), nowNanos);
        ticket.shadowRejection(Verdict.Rejected.by(longest, returnNanos));
        return null;
    }
}
