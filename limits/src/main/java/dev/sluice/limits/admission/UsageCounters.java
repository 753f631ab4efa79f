package dev.sluice.limits.admission;

import dev.sluice.limits.model.Limit;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What a ledger counts, in units of its dimension, and until when what it owes is paid. Everything here may be called by
 * any thread, and nothing waits.
 *
 * <p>A request that doesn't reach RGW after all gives back what was taken for it, and the count that others are told
 * never falls: it then stands still until it is caught up with. So one compare-and-set takes a token of the share, counts
 * what others are told, and keeps two threads from the last unit. These are fields, not objects, and a ledger's own: a
 * subject that was not used for a while costs fewer cache misses.
 */
abstract sealed class UsageCounters permits Ledger {
    /** Each event loop has read its clock when it woke: another one's present may lie so far before, or longer. */
    private static final long LOOPS_APART_NANOS = 3600 * Limit.SECOND_NANOS;

    private volatile long taken;
    private volatile long givenBack;
    private volatile long told;
    private volatile long elsewhere;
    private volatile long refused;
    private volatile long rejected;
    private volatile long wouldReject;
    private volatile long owedUntilNanos;

    private static final VarHandle TAKEN = handle("taken");
    private static final VarHandle GIVEN_BACK = handle("givenBack");
    private static final VarHandle TOLD = handle("told");
    private static final VarHandle ELSEWHERE = handle("elsewhere");
    private static final VarHandle REFUSED = handle("refused");
    private static final VarHandle REJECTED = handle("rejected");
    private static final VarHandle WOULD_REJECT = handle("wouldReject");
    private static final VarHandle OWED_UNTIL = handle("owedUntilNanos");

    private static VarHandle handle(String field) {
        try {
            return MethodHandles.lookup().findVarHandle(UsageCounters.class, field, long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    UsageCounters(long nowNanos) {
        this.owedUntilNanos = nowNanos - LOOPS_APART_NANOS;
    }

    // --- taken here ---------------------------------------------------------------------------

    /** What this node took and keeps; a gauge: what is in flight. */
    final long kept() {
        return taken - givenBack;
    }

    /** What this node kept at most so far. */
    final long neverFalling() {
        long now = kept();
        long before = told;
        while (now > before && !TOLD.compareAndSet(this, before, now)) {
            before = told;
        }
        return Math.max(now, before);
    }

    /** Counts {@code cost} as taken if one more than is kept fits below the ceiling. */
    final boolean takeBelow(double ceiling, long cost) {
        while (true) {
            long now = taken;
            if (now - givenBack + 1 > ceiling) {
                return false;
            }
            if (cost == 0 || TAKEN.compareAndSet(this, now, now + cost)) {
                return true;
            }
        }
    }

    /** What was not taken before it happened, to tell the others: bytes, debts; requests that begin or end being in flight. */
    final void commit(long amount) {
        TAKEN.getAndAdd(this, amount);
    }

    final void giveBack(long cost) {
        GIVEN_BACK.getAndAdd(this, cost);
    }

    // --- taken elsewhere ----------------------------------------------------------------------

    /** What other nodes are known to have taken. */
    final long elsewhere() {
        return elsewhere;
    }

    final void countElsewhere(long amount) {
        ELSEWHERE.getAndAdd(this, amount);
    }

    /** What was charged by this node and others. */
    final long charged() {
        return kept() + elsewhere;
    }

    // --- not taken ----------------------------------------------------------------------------

    /** What was asked of this limit on this node: what it admitted and what it refused. */
    final long asked() {
        return kept() + refused;
    }

    final void countRefused(long amount) {
        REFUSED.getAndAdd(this, amount);
    }

    /** A request was rejected, and this limit is the one that it is told of. */
    final void reject() {
        REJECTED.getAndAdd(this, 1L);
    }

    /** A request found no room here and was let through: a shadow limit. */
    final void wouldReject() {
        WOULD_REJECT.getAndAdd(this, 1L);
    }

    final long rejectedCount() {
        return rejected;
    }

    final long wouldRejectCount() {
        return wouldReject;
    }

    // --- owed ---------------------------------------------------------------------------------

    /** Until operations are paid that nobody was asked for before; 0 or less: nothing is owed. */
    final long owedNanos(long nowNanos) {
        return owedUntilNanos - nowNanos;
    }

    /** What is owed will be paid so much later. */
    final void payLater(long payNanos, long nowNanos) {
        long before;
        do {
            before = owedUntilNanos;
        } while (!OWED_UNTIL.compareAndSet(this, before, Math.max(before, nowNanos) + payNanos));
    }
}
