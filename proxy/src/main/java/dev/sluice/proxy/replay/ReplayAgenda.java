package dev.sluice.proxy.replay;

import dev.sluice.limits.admission.HoldingThread;
import dev.sluice.limits.sharing.QueuedRequest.TimedTask;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/** Virtual time: tasks run in the order of their times. Belongs to one thread. */
final class ReplayAgenda implements HoldingThread {
    private record Timed(long atNanos, long number, TimedTask task, CompletableFuture<Void> end) {}

    private final PriorityQueue<Timed> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Timed::atNanos).thenComparingLong(Timed::number));
    private long nowNanos;
    private long numbers;

    long nowNanos() {
        return nowNanos;
    }

    @Override
    public void execute(Runnable task) {
        at(nowNanos, now -> task.run());
    }

    @Override
    public Future<?> schedule(long delayNanos, TimedTask task) {
        return at(nowNanos + Math.max(0, delayNanos), task);
    }

    /** Runs a task then, or now if that is past. */
    Future<?> at(long atNanos, TimedTask task) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        tasks.add(new Timed(Math.max(nowNanos, atNanos), numbers++, task, end));
        return end;
    }

    /** Runs what is due until then. */
    void runUntil(long untilNanos) {
        while (!tasks.isEmpty() && tasks.peek().atNanos <= untilNanos) {
            runNext();
        }
        nowNanos = Math.max(nowNanos, untilNanos);
    }

    /** When the next task is due; {@link Long#MAX_VALUE}: never. */
    long nextNanos() {
        return tasks.isEmpty() ? Long.MAX_VALUE : tasks.peek().atNanos;
    }

    private void runNext() {
        Timed next = tasks.remove();
        nowNanos = next.atNanos;
        if (!next.end.isCancelled()) {
            next.task.run(nowNanos);
        }
    }
}
