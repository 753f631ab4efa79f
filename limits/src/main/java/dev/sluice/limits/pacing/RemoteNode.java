package dev.sluice.limits.pacing;

/**
 * One incarnation of another node, as ledgers know it: an identity, and whether it is heard. Written by the thread that
 * takes reports, read by all.
 */
public final class RemoteNode {
    private volatile boolean live;
    private volatile long heardNanos;

    /** A report of it has come. */
    public void heard(long nowNanos) {
        heardNanos = nowNanos;
        live = true;
    }

    /** It has fallen silent, or left. */
    public void gone() {
        live = false;
    }

    public boolean isLive() {
        return live;
    }

    long heardNanos() {
        return heardNanos;
    }
}
