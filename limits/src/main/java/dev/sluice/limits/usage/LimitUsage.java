package dev.sluice.limits.usage;

import dev.sluice.limits.meter.Meter;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.sharing.Ledger;

/**
 * The use of one limit as it is now, for display.
 *
 * @param subject the name; empty where the scope has only one; {@code id:} and 8 hex digits where only peers use it
 * @param used what the cluster has used of the limit, as this node knows it
 * @param remaining what would still be admitted now; at least 0
 * @param admittedHere cumulative, on this node (a gauge: in flight here)
 * @param rejectedHere cumulative, on this node
 * @param wouldRejectHere cumulative, on this node: requests that a shadow limit would have rejected
 * @param excess by how much the limit was exceeded at most, as seen from this node, since it came to know the subject; of
 *     limits that are shared out
 * @param excessBound by how much it may be exceeded now by what sidecars don't know of each other, while the same ones
 *     reach each other; 0 where nothing is shared out
 * @param waitingHere transfers that wait on this node for a limit on bytes
 * @param heldHere requests that wait on this node for room, or did
 * @param waitNanosHere until this node would admit one more request; 0: it would now; {@link Meter#NEVER}: never
 * @param atOnceHere how much this node may admit at once, before it receives another report; 0 where nothing holds it to
 *     a share
 */
public record LimitUsage(
        Scope scope,
        String subject,
        Dimension dimension,
        Limit limit,
        long used,
        long remaining,
        long admittedHere,
        long rejectedHere,
        long wouldRejectHere,
        long excess,
        long excessBound,
        int waitingHere,
        HeldUsage heldHere,
        long waitNanosHere,
        double atOnceHere) {
    /** Of one limit, as of now. */
    public static LimitUsage of(Ledger ledger, long nowNanos) {
        Limit limit = ledger.limit();
        ledger.settle(nowNanos);
        Meter meter = ledger.meter();
        long used = meter.used(nowNanos);
        return new LimitUsage(
                ledger.owner().scope(),
                ledger.owner().label(),
                ledger.dimension(),
                limit,
                used,
                limit.amount() == 0 ? 0 : Math.max(0, ledger.capacity() - used),
                ledger.admitted(),
                ledger.rejectedCount(),
                ledger.wouldRejectCount(),
                ledger.largestExcess(),
                Math.round(ledger.excessBound(nowNanos)),
                ledger.waiting(),
                HeldUsage.of(ledger),
                ledger.waitNanos(nowNanos),
                ledger.unsynchronisedMax(0, nowNanos));
    }
}
