package dev.sluice.limits.sharing;

import dev.sluice.limits.model.Limit;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The counts of a {@link Ledger}, in units of its dimension, the requests that wait for it, and the time until which its
 * deferred charges last. Any thread may call everything here, and nothing blocks.
 *
 * <p>A request that doesn't reach RGW gives back what was taken for it. The reported count never falls: it then stands
 * still until the count has caught up. So one compare-and-set takes a token of the share, counts what is reported, and keeps
 * two threads from taking the last unit. The counts are fields of the ledger, not objects of their own: a subject that was
 * not used for a while costs fewer cache misses.
 */
public abstract sealed class UsageCounters permits Ledger {
    /** Event loops read their clocks when they wake: those of two loops may differ, but never by so much. */
    private static final long CLOCKS_APART_NANOS = 3600 * Limit.SECOND_NANOS;

    private volatile long taken;
    private volatile long givenBack;
    private volatile long reported;
    private volatile long remote;
    private volatile long refused;
    private volatile long rejected;
    private volatile long wouldReject;
    private volatile long deferredUntilNanos;
    private volatile boolean recentlyRejecting;
    /** Null until the first request waits. */
    private volatile @Nullable RequestQueue requestQueue;

    private static final VarHandle TAKEN = handle("taken");
    private static final VarHandle GIVEN_BACK = handle("givenBack");
    private static final VarHandle REPORTED = handle("reported");
    private static final VarHandle REMOTE = handle("remote");
    private static final VarHandle REFUSED = handle("refused");
    private static final VarHandle REJECTED = handle("rejected");
    private static final VarHandle WOULD_REJECT = handle("wouldReject");
    private static final VarHandle DEFERRED_UNTIL = handle("deferredUntilNanos");

    private static VarHandle handle(String field) {
        try {
            return MethodHandles.lookup().findVarHandle(UsageCounters.class, field, long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    UsageCounters(long nowNanos) {
        this.deferredUntilNanos = nowNanos - CLOCKS_APART_NANOS;
    }

    /** The counters of all limits of this scope and dimension. There may be many ledgers, so they don't keep it. */
    abstract ClusterView.RejectionCounters.OfKind ofKind();

    // --- taken here ---------------------------------------------------------------------------

    /** What this node took and keeps; a gauge: what is in flight. */
    final long kept() {
        return taken - givenBack;
    }

    /** The most that this node kept so far. */
    final long neverFalling() {
        long now = kept();
        long before = reported;
        while (now > before && !REPORTED.compareAndSet(this, before, now)) {
            before = reported;
        }
        return Math.max(now, before);
    }

    /** Counts {@code cost} as taken if one more than is kept fits below the ceiling, whatever the cost is. */
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

    /** Counts what wasn't taken before it happened: bytes, deferred charges, requests that begin or end being in flight. */
    public final void commit(long amount) {
        TAKEN.getAndAdd(this, amount);
    }

    final void giveBack(long cost) {
        GIVEN_BACK.getAndAdd(this, cost);
    }

    // --- taken remote ----------------------------------------------------------------------

    /** What other nodes are known to have taken. */
    final long remote() {
        return remote;
    }

    final void countRemote(long amount) {
        REMOTE.getAndAdd(this, amount);
    }

    /** What was ever charged, by this node and others. */
    public final long charged() {
        return kept() + remote;
    }

    // --- not taken ----------------------------------------------------------------------------

    /** What was asked of this limit on this node: what it admitted, what it refused, and what waits. */
    final long asked() {
        return kept() + refused + held() * refusedUnits();
    }

    /** What a request that was refused would have used. */
    abstract long refusedUnits();

    /** Whether the last request that asked was refused: then it pays to ask for room before anything is taken. */
    public final boolean isRecentlyRejecting() {
        return recentlyRejecting;
    }

    /** Mostly nothing has changed, and a volatile write costs more than looking. */
    final void recentlyRejecting(boolean now) {
        if (recentlyRejecting != now) {
            recentlyRejecting = now;
        }
    }

    /** Counts a request that found no room here. */
    public final void countRefused() {
        countRefused(refusedUnits());
    }

    /** Counts a request that found no room here, and would have used so much. */
    public final void countRefused(long amount) {
        recentlyRejecting(true);
        REFUSED.getAndAdd(this, amount);
    }

    /** Counts a request that was rejected in the name of this limit. */
    public final void countRejected() {
        REJECTED.getAndAdd(this, 1L);
        ofKind().rejected().increment();
    }

    /** Counts a request that found no room here and was admitted: a shadow limit. */
    public final void countWouldReject() {
        WOULD_REJECT.getAndAdd(this, 1L);
        ofKind().wouldReject().increment();
    }

    public final long rejectedCount() {
        return rejected;
    }

    public final long wouldRejectCount() {
        return wouldReject;
    }

    // --- waiting ------------------------------------------------------------------------------

    /** Where requests wait for room in this limit; made by the first. */
    public final RequestQueue requestQueue() {
        RequestQueue known = requestQueue;
        return known != null ? known : makeRequestQueue();
    }

    private synchronized RequestQueue makeRequestQueue() {
        RequestQueue known = requestQueue;
        if (known == null) {
            known = newRequestQueue();
            requestQueue = known;
        }
        return known;
    }

    abstract RequestQueue newRequestQueue();

    /** Where requests wait for room in this limit; null if none ever did. */
    public final @Nullable RequestQueue knownRequestQueue() {
        return requestQueue;
    }

    /** How many requests wait here for room. */
    public final int held() {
        RequestQueue queue = requestQueue;
        return queue == null ? 0 : queue.size();
    }

    /** Whether a request waits for room that came before. */
    public final boolean isQueuedBefore(long sequence) {
        RequestQueue queue = requestQueue;
        return queue != null && queue.isBefore(sequence);
    }

    /**
     * What the requests that wait ask for in so many intervals, beside having come once: each counts as if it came again
     * in each interval, as a client does that is rejected and retries. A node would else demand no more than it gets.
     */
    final long askedByHeld(double intervals) {
        return (long) (held() * Math.min(1, intervals) * refusedUnits());
    }

    /** Room has become free: those that wait for it get it. */
    public final void serveRequests(long nowNanos) {
        RequestQueue queue = requestQueue;
        if (queue != null && queue.size() > 0) {
            queue.serve(nowNanos);
        }
    }

    // --- deferred ---------------------------------------------------------------------------------

    /** Until the deferred charges are paid; 0 or less: there are none. */
    public final long deferredNanos(long nowNanos) {
        return deferredUntilNanos - nowNanos;
    }

    /** Lengthens the time until the deferred charges are paid. */
    final void defer(long byNanos, long nowNanos) {
        long before;
        do {
            before = deferredUntilNanos;
        } while (!DEFERRED_UNTIL.compareAndSet(this, before, Math.max(before, nowNanos) + byNanos));
    }
}
