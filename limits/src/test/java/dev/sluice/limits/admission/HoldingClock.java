package dev.sluice.limits.admission;

import dev.sluice.limits.sharing.QueuedRequest;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/** An event loop in a time of its own, on which requests wait. */
final class HoldingClock implements HoldingThread {
    private record Timed(long atNanos, long order, QueuedRequest.TimedTask task, CompletableFuture<Void> future) {}

    private final PriorityQueue<Timed> later =
            new PriorityQueue<>(Comparator.comparingLong(Timed::atNanos).thenComparingLong(Timed::order));
    private final ArrayDeque<Runnable> soon = new ArrayDeque<>();
    private long order;
    long nowNanos;

    HoldingClock(long startNanos) {
        nowNanos = startNanos;
    }

    @Override
    public void execute(Runnable task) {
        soon.add(task);
    }

    @Override
    public Future<?> schedule(long delayNanos, QueuedRequest.TimedTask task) {
        Timed timed = new Timed(nowNanos + Math.max(0, delayNanos), order++, task, new CompletableFuture<>());
        later.add(timed);
        return timed.future;
    }

    /** Runs what is due, up to that time. */
    void runUntil(long untilNanos) {
        runSoon();
        while (!later.isEmpty() && later.peek().atNanos <= untilNanos) {
            Timed next = later.poll();
            if (!next.future.isCancelled()) {
                nowNanos = Math.max(nowNanos, next.atNanos);
                next.task.run(nowNanos);
                runSoon();
            }
        }
        nowNanos = Math.max(nowNanos, untilNanos);
    }

    private void runSoon() {
        while (!soon.isEmpty()) {
            soon.poll().run();
        }
    }
}
