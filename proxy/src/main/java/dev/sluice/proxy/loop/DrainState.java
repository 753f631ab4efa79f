package dev.sluice.proxy.loop;

/**
 * How far one event loop is with draining before the sidecar stops. First responses carry {@code Connection: close}; in a
 * second step idle connections are closed too. Belongs to that loop.
 */
public final class DrainState {
    /** A client that sends nothing for this long is closed in the second step. */
    private static final long IDLE_NANOS = 1_000_000_000L;

    private boolean draining;
    private boolean closingIdle;
    private long closingIdleSinceNanos;

    /** From now on each response that has not begun is its connection's last. */
    public void begin() {
        draining = true;
    }

    /**
     * From now on idle connections are closed, but only after they were idle for a second: a request may be on its way,
     * and a client that sends one request after another learns from a response that its connection ends.
     */
    public void closeIdle(long nowNanos) {
        closingIdle = true;
        closingIdleSinceNanos = nowNanos;
    }

    /** Whether the drain has begun. */
    public boolean isDraining() {
        return draining;
    }

    /** Whether a client that has been idle since then is to be closed now. */
    public boolean isOverdue(long idleSinceNanos, long nowNanos) {
        return closingIdle && nowNanos - Math.max(idleSinceNanos, closingIdleSinceNanos) > IDLE_NANOS;
    }
}
