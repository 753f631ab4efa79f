package dev.sluice.sync.peers;

import dev.sluice.sync.trust.RefusedPart;
import dev.sluice.sync.wire.DropReason;
import java.util.EnumMap;
import java.util.Map;

/**
 * Counters of what was received since the start. Immutable.
 *
 * @param reports taken
 * @param bytes of all messages, including dropped ones
 * @param entries in the reports taken
 * @param lost reports that never came, by gaps in their sequences
 * @param refused parts of reports that were not used, by reason
 * @param dropped messages, by reason
 * @param chargeDelays how long after their admission operations were charged here
 */
public record ReceiveStats(
        long reports,
        long bytes,
        long entries,
        long lost,
        Map<RefusedPart, Long> refused,
        Map<DropReason, Long> dropped,
        ChargeDelays chargeDelays) {
    public static final ReceiveStats NONE = new ReceiveStats(0, 0, 0, 0, Map.of(), Map.of(), ChargeDelays.NONE);

    public ReceiveStats {
        Map<DropReason, Long> all = new EnumMap<>(DropReason.class);
        for (DropReason reason : DropReason.values()) {
            all.put(reason, dropped.getOrDefault(reason, 0L));
        }
        dropped = Map.copyOf(all);
        refused = Map.copyOf(refused);
    }

    /** Parts of reports that were not used for that reason. */
    public long refused(RefusedPart part) {
        return refused.getOrDefault(part, 0L);
    }

    public long dropped(DropReason reason) {
        return dropped.getOrDefault(reason, 0L);
    }
}
