package dev.sluice.proxy.loop;

import dev.sluice.proxy.http1.HttpFault;
import java.util.concurrent.atomic.LongAdder;

/** Malformed messages by their {@link HttpFault}. Event loops write, metrics and the log read. */
public final class FaultCounters {
    private final LongAdder[] counts = new LongAdder[HttpFault.values().length];

    FaultCounters() {
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new LongAdder();
        }
    }

    /** Counts a message with that fault. */
    public void count(HttpFault fault) {
        of(fault).increment();
    }

    /** The counter of a fault. */
    public LongAdder of(HttpFault fault) {
        return counts[fault.ordinal()];
    }
}
