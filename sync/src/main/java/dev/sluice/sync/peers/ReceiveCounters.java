package dev.sluice.sync.peers;

import dev.sluice.sync.trust.RefusedPart;
import dev.sluice.sync.wire.DropReason;
import java.util.EnumMap;
import java.util.Map;

/** The counters behind {@link ReceiveStats}. Owned by the thread of the {@link PeerTable}. */
final class ReceiveCounters {
    long reports;
    long bytes;
    long entries;
    long lost;
    /** Charged operations; bytes and gauges don't count. */
    long operations;

    final ChargeDelayCounters chargeDelays = new ChargeDelayCounters();
    private final Map<DropReason, Long> dropped = new EnumMap<>(DropReason.class);
    private final Map<RefusedPart, Long> refused = new EnumMap<>(RefusedPart.class);

    void drop(DropReason reason) {
        dropped.merge(reason, 1L, Long::sum);
    }

    void refuse(RefusedPart part) {
        refused.merge(part, 1L, Long::sum);
    }

    long refused(RefusedPart part) {
        return refused.getOrDefault(part, 0L);
    }

    /** Counts reports that were lost. Peers may report any sequence. */
    void addLost(long more) {
        lost = Math.min(lost, Long.MAX_VALUE / 2) + more;
    }

    /** Counts operations that were charged. Peers may report any number. */
    void addOperations(long amount) {
        operations = Math.min(operations, Long.MAX_VALUE / 2) + Math.min(amount, Long.MAX_VALUE / 4);
    }

    ReceiveStats stats() {
        return new ReceiveStats(reports, bytes, entries, lost, refused, dropped, chargeDelays.snapshot());
    }
}
