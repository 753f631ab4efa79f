package dev.sluice.limits.sharing;

/** A request in a {@link RequestQueue}. */
public interface QueuedRequest {
    /** What became of an attempt to admit the request. */
    enum AttemptResult {
        /** It needs no place in this queue any more: it was decided, left, or waits for another limit now. */
        OVER,
        /** The limit has no room: neither for this request nor for those behind it. */
        NO_ROOM,
        /** The limit has room, and chance was against the request: the next draw may admit it. */
        UNLUCKY
    }

    /** Its turn: lower is earlier. Unique among all requests of this node. */
    long sequence();

    /** Tries to admit it. Called by one thread at a time. */
    AttemptResult attempt(long nowNanos);

    /** Runs a task on a thread that is there as long as the process. May refuse where the process is about to end. */
    void schedule(long delayNanos, TimedTask task);

    /** What runs later. */
    @FunctionalInterface
    interface TimedTask {
        void run(long nowNanos);
    }
}
