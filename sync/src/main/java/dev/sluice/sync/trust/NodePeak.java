package dev.sluice.sync.trust;

/**
 * How many nodes relays have brought at the same time within an hour. A relay doesn't show which incarnation took the place
 * of which. But a node that was started again and again under other names was never there more than once. Owned by the
 * thread that receives.
 */
public final class NodePeak {
    static final long MEMORY_NANOS = 3_600_000_000_000L;

    private int now;
    private int before;
    private long beganNanos;

    /** So many are live now. */
    public void see(int live, long receivingNanos) {
        if (receivingNanos - beganNanos >= MEMORY_NANOS) {
            beganNanos = receivingNanos;
            before = now;
            now = live;
        }
        now = Math.max(now, live);
    }

    /** A node has shut down: nobody waits for it. */
    public void leave() {
        now = Math.max(0, now - 1);
        before = Math.max(0, before - 1);
    }

    /** The most that were live at the same time. */
    public int nodes() {
        return Math.max(now, before);
    }
}
