package dev.sluice.proxy.downstream;

import dev.sluice.limits.admission.HoldingThread;
import dev.sluice.limits.sharing.QueuedRequest;
import dev.sluice.proxy.loop.LoopContext;
import java.util.concurrent.Future;

/** An event loop as requests that wait for room see it. */
final class LoopHoldingThread implements HoldingThread {
    private final LoopContext loop;

    LoopHoldingThread(LoopContext loop) {
        this.loop = loop;
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public Future<?> schedule(long delayNanos, QueuedRequest.TimedTask task) {
        return loop.schedule(Math.max(0, delayNanos), () -> {
            loop.readClock();
            task.run(loop.nowNanos());
        });
    }
}
