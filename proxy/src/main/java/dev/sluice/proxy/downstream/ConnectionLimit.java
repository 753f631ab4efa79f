package dev.sluice.proxy.downstream;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many clients are connected, over all event loops, and what becomes of one too many. A few of those are still let
 * in, so that they can be told: a client that reads {@code SlowDown} waits a while, one that is cut off comes back at
 * once. What comes on top of these is closed unheard, as telling has its price too.
 *
 * <p>Asked once for each connection. Thread-safe.
 */
public final class ConnectionLimit {
    /** How a connection came in. */
    enum Entry {
        SERVED,
        /** Its first request is answered with a 503, and that is all. */
        TOLD,
        /** To be closed at once; is not counted and does not leave. */
        DROPPED
    }

    private static final int LEAST_TOLD = 16;
    private static final int TOLD_PART = 16;

    private final int mostServed;
    private final int mostTold;
    private final AtomicInteger served = new AtomicInteger();
    private final AtomicInteger told = new AtomicInteger();

    public ConnectionLimit(int mostServed) {
        this.mostServed = mostServed;
        this.mostTold = mostTold(mostServed);
    }

    /** How many connections there may be beyond those that are served. */
    static int mostTold(int mostServed) {
        return Math.max(LEAST_TOLD, mostServed / TOLD_PART);
    }

    Entry enter() {
        if (take(served, mostServed)) {
            return Entry.SERVED;
        }
        return take(told, mostTold) ? Entry.TOLD : Entry.DROPPED;
    }

    void leave(Entry entry) {
        switch (entry) {
            case SERVED -> served.decrementAndGet();
            case TOLD -> told.decrementAndGet();
            case DROPPED -> {}
        }
    }

    private static boolean take(AtomicInteger taken, int most) {
        if (taken.incrementAndGet() <= most) {
            return true;
        }
        taken.decrementAndGet();
        return false;
    }
}
