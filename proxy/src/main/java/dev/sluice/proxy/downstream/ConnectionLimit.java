package dev.sluice.proxy.downstream;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the connected clients of all event loops, and decides about connections beyond the limit. A few of those are
 * accepted to get a response: a client that reads {@code SlowDown} waits, one that is cut off comes back at once. All
 * further connections are closed without a response, because responses have a cost too.
 *
 * <p>Asked once for each connection. Thread-safe.
 */
public final class ConnectionLimit {
    private static final int OVER_LIMIT_MIN = 16;
    private static final int OVER_LIMIT_PART = 16;

    private final int servedMax;
    private final int overLimitMax;
    private final AtomicInteger served = new AtomicInteger();
    private final AtomicInteger overLimit = new AtomicInteger();

    /** Allows that many connections to be served at a time. */
    public ConnectionLimit(int servedMax) {
        this.servedMax = servedMax;
        this.overLimitMax = overLimitMax(servedMax);
    }

    /** How many connections there may be beyond those that are served. */
    static int overLimitMax(int servedMax) {
        return Math.max(OVER_LIMIT_MIN, servedMax / OVER_LIMIT_PART);
    }

    ConnectionSlot enter() {
        if (take(served, servedMax)) {
            return ConnectionSlot.SERVED;
        }
        return take(overLimit, overLimitMax) ? ConnectionSlot.OVER_LIMIT : ConnectionSlot.DROPPED;
    }

    void leave(ConnectionSlot slot) {
        switch (slot) {
            case SERVED -> served.decrementAndGet();
            case OVER_LIMIT -> overLimit.decrementAndGet();
            case DROPPED -> {}
        }
    }

    private static boolean take(AtomicInteger taken, int max) {
        if (taken.incrementAndGet() <= max) {
            return true;
        }
        taken.decrementAndGet();
        return false;
    }
}
