package dev.sluice.sync.peers;

import dev.sluice.sync.wire.DropReason;
import java.util.EnumMap;
import java.util.Map;

/** The counters behind {@link ReceiveStats}. Owned by the thread of the {@link PeerTable}. */
final class ReceiveCounters {
    long reports;
    long bytes;
    long entries;
    long lost;
    long anomalies;
    long overflowed;
    /** Charged operations; bytes and gauges don't count. */
    long operations;

    final ChargeDelayCounters chargeDelays = new ChargeDelayCounters();
    private final Map<DropReason, Long> dropped = new EnumMap<>(DropReason.class);

    void drop(DropReason reason) {
        dropped.merge(reason, 1L, Long::sum);
    }

    ReceiveStats stats() {
        return new ReceiveStats(reports, bytes, entries, lost, anomalies, overflowed, dropped, chargeDelays.snapshot());
    }
}
