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

    private final long id;
    private volatile boolean live;
    private volatile boolean forgotten;
    private volatile long receivedNanos;
    /** Between its last report and the one before; 0: it is the first, also after a silence. Of the thread that receives. */
    private long gapNanos;

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
}
