package dev.sluice.proxy.quota.server;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts the connections of all event loops. Thread-safe. */
final class ConnectionPlaces {
    private static final int BEYOND_MIN = 16;
    private static final int BEYOND_PART = 16;

    private final int servedMax;
    private final AtomicInteger served = new AtomicInteger();
    private final AtomicInteger beyond = new AtomicInteger();

    ConnectionPlaces(int servedMax) {
        this.servedMax = servedMax;
    }

    boolean isFull() {
        return served.get() >= servedMax;
    }

    ConnectionPlace enter() {
        if (take(served, servedMax)) {
            return ConnectionPlace.SERVED;
        }
        return take(beyond, Math.max(BEYOND_MIN, servedMax / BEYOND_PART))
                ? ConnectionPlace.BEYOND
                : ConnectionPlace.NONE;
    }

    void leave(ConnectionPlace place) {
        switch (place) {
            case SERVED -> served.decrementAndGet();
            case BEYOND -> beyond.decrementAndGet();
            case NONE -> {}
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
