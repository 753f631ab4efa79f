package dev.sluice.proxy.exchange;

import dev.sluice.proxy.loop.LoopContext;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Whether a limit on bytes pauses a transfer in one direction. During a pause nothing is read from the sender. There is
 * one for each direction of a client's connection; it is reused from request to request.
 */
final class TransferPause {
    private final LoopContext loop;
    private @Nullable Future<?> pending;

    TransferPause(LoopContext loop) {
        this.loop = loop;
    }

    boolean isOn() {
        return pending != null;
    }

    /** Begins a pause, and runs {@code onEnd} after that time unless the pause is cancelled before. */
    void begin(long waitNanos, Runnable onEnd) {
        loop.counters().transferPauses.increment();
        pending = loop.schedule(waitNanos, () -> {
            loop.readClock();
            pending = null;
            onEnd.run();
        });
    }

    /** The transfer has ended. */
    void cancel() {
        if (pending != null) {
            pending.cancel(false);
            pending = null;
        }
    }
}
