package dev.sluice.proxy.exchange;

import dev.sluice.proxy.loop.LoopContext;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Whether limits on bytes hold a transfer back in one direction: until they may have room for more of it, nothing is read
 * from its sender. One for each direction of a client's connection, used for request after request.
 */
final class TransferPause {
    private final LoopContext worker;
    private @Nullable Future<?> pending;

    TransferPause(LoopContext worker) {
        this.worker = worker;
    }

    boolean isOn() {
        return pending != null;
    }

    /** Begins; calls {@code over} after that time, unless it was lifted before. */
    void begin(long waitNanos, Runnable over) {
        worker.counters().holds.increment();
        pending = worker.after(waitNanos, () -> {
            worker.readClock();
            pending = null;
            over.run();
        });
    }

    /** The transfer has ended. */
    void lift() {
        if (pending != null) {
            pending.cancel(false);
            pending = null;
        }
    }
}
