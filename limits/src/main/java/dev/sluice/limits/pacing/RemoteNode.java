package dev.sluice.limits.pacing;

/**
 * One incarnation of another node, as ledgers know it: an identity, and whether its reports come. Written by the thread
 * that receives reports, read by all.
 */
public final class RemoteNode {
    private volatile boolean live;
    private volatile long receivedNanos;

    /** A report of it was received. */
    public void received(long nowNanos) {
        receivedNanos = nowNanos;
        live = true;
    }

    /** It has fallen silent, or left. */
    public void lost() {
        live = false;
    }

    /** Whether its reports come. */
    public boolean isLive() {
        return live;
    }

    long receivedNanos() {
        return receivedNanos;
    }
}
