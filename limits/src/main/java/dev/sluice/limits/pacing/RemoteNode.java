package dev.sluice.limits.pacing;

import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.RateLimit;

/**
 * One incarnation of another node, as ledgers know it: an identity, and whether its reports come. Written by the thread
 * that receives reports, read by all.
 */
public final class RemoteNode {
    /** A peer that reports more rarely is silent. */
    private static final long GAP_NANOS_MAX = 60_000_000_000L;

    /** Each side of a partition may have admitted the whole limit. */
    private static final long EXCESS_MAX = 2;

    /** A report has been received by then. */
    private static final long TRANSIT_NANOS = 20_000_000L;
    /** A report that is lost is repeated, and acknowledged by then: else it may never be. */
    private static final long PATIENCE_NANOS = 2_000_000_000L;

    private static final long NEVER = Long.MIN_VALUE / 2;

    private final long id;
    private volatile boolean live;
    private volatile boolean forgotten;
    private volatile long receivedNanos;
    /** Between its last report and the one before; 0: it is the first, also after a silence. Of the thread that receives. */
    private long gapNanos;

    private volatile boolean acknowledges;
    private volatile long knowsUntilNanos = NEVER;

    /** A node that no order needs. */
    public RemoteNode() {
        this(0);
    }

    /**
     * A node that was not received yet.
     *
     * @param id under which all nodes know it
     */
    public RemoteNode(long id) {
        this.id = id;
    }

    /** Its id in the cluster. */
    long id() {
        return id;
    }

    /** A report of it was received. */
    public void received(long nowNanos) {
        gapNanos = live ? Math.max(0, Math.min(nowNanos - receivedNanos, GAP_NANOS_MAX)) : 0;
        receivedNanos = nowNanos;
        live = true;
    }

    /** It has fallen silent, or left. */
    public void lost() {
        live = false;
    }

    /** It has fallen silent or left, and nobody remembers it: if it returns, it is another one. */
    public void forget() {
        live = false;
        forgotten = true;
    }

    /** Whether nobody remembers it. */
    public boolean isForgotten() {
        return forgotten;
    }

    /** Whether its reports come. */
    public boolean isLive() {
        return live;
    }

    /**
     * The most that its last report may charge to a limit: twice what the limit lets through at once and since the report
     * before. So an excess that is real can be seen and worked off, and a lie fills the limit for a period. Of requests in
     * flight any number is taken, because their end will be reported too. For the thread that receives reports.
     */
    public long chargedMax(Limit of) {
        if (!(of instanceof RateLimit)) {
            return Long.MAX_VALUE;
        }
        double flowed = (double) gapNanos / of.periodNanos() * of.amount();
        return EXCESS_MAX * (of.capacity() + (long) Math.min(flowed, (double) Limit.AMOUNT_MAX));
    }

    /** When its last report was received. */
    public long receivedNanos() {
        return receivedNanos;
    }

    /** Whether it acknowledges reports. Until this is known it does not. */
    public void acknowledges(boolean now) {
        if (acknowledges != now) {
            acknowledges = now;
        }
    }

    /**
     * It has received all that left here until then, and this node all that it had admitted when it received that.
     *
     * @param nanos monotonic, of this node
     */
    public void knowsUntil(long nanos) {
        knowsUntilNanos = Math.max(knowsUntilNanos, nanos);
    }

    /** Until when it has received all that left here; long ago where it has acknowledged nothing. */
    public long knowsUntil() {
        return knowsUntilNanos;
    }

    /** Whether its report was received some time after this node's report left, and is the only receipt that it gives. */
    private boolean hasReportedSince(long nanos, long nowNanos) {
        return receivedNanos >= nanos && nowNanos - nanos >= (acknowledges ? PATIENCE_NANOS : TRANSIT_NANOS);
    }

    /**
     * Whether it knows what was reported here, and this node what it admitted before it knew. A node that acknowledges nothing
     * is assumed to know it once a report of its own has come; so is one whose receipts don't come.
     *
     * @param nanos when the report left, monotonic
     */
    public boolean knows(long nanos, long nowNanos) {
        return knowsUntilNanos >= nanos || hasReportedSince(nanos, nowNanos);
    }
}
