package dev.sluice.limits.pacing;

/**
 * One incarnation of another node, as ledgers know it: an identity, and whether its reports come. Written by the thread
 * that receives reports, read by all.
 */
public final class RemoteNode {
    private final long id;
    private volatile boolean live;
    private volatile boolean forgotten;
    private volatile long receivedNanos;

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

    /** When its last report was received. */
    public long receivedNanos() {
        return receivedNanos;
    }
}
