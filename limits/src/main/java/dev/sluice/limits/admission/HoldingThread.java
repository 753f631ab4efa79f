package dev.sluice.limits.admission;

import dev.sluice.limits.sharing.QueuedRequest;
import java.util.concurrent.Future;

/**
 * The thread of a connection whose request waits. Its methods may be called by any thread, and throw
 * {@link java.util.concurrent.RejectedExecutionException} once it has ended.
 */
public interface HoldingThread {
    /** Runs a task on the thread soon, and never within this call. */
    void execute(Runnable task);

    /** Runs a task on the thread after that time, which may be below 0. */
    Future<?> schedule(long delayNanos, QueuedRequest.TimedTask task);
}
