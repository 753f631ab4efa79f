package dev.sluice.sync.history;

import dev.sluice.limits.sharing.HistoryOrigin;
import dev.sluice.limits.usage.SubjectHistory;
import dev.sluice.limits.usage.UsageHistories;
import dev.sluice.limits.usage.UsageRegistry;
import dev.sluice.sync.wire.HistoryCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The side of those that know: sends the past in parts, the most used limits first, as fast as the rate allows.
 *
 * <p>All subscribers get the parts, and only nodes that have just started take them. So it is enough that the {@value
 * #SENDERS_MAX} nodes that have run for longest send: the more nodes, the less each of them has to. More than one, because a
 * newcomer may not be connected to each yet.
 *
 * <p>Owned by the thread that reports.
 */
public final class HistorySender {
    /** So many nodes send. */
    static final int SENDERS_MAX = 3;
    /** The time between the begins of two passes: reports ask again and again, and subscribers come one after the other. */
    static final long PASS_NANOS = 1_000_000_000L;

    /** The largest part. */
    public static final int PART_BYTES_MAX = 64 * 1024;

    private final UsageRegistry registry;
    private final HistoryReceiver receiver;
    private Optional<UsageHistories> pass = Optional.empty();
    private boolean isRequested;
    private long beganNanos;
    private boolean hasBegun;

    /**
     * Makes a sender.
     *
     * @param receiver of the same node
     */
    public HistorySender(UsageRegistry registry, HistoryReceiver receiver) {
        this.registry = registry;
        this.receiver = receiver;
    }

    /** A new subscriber may need the past from the beginning. */
    public void request() {
        isRequested = true;
    }

    /** Begins what was requested. Returns whether there is something to send. */
    public boolean isSending(long nowNanos) {
        boolean mayBegin = pass.isEmpty() && (!hasBegun || nowNanos - beganNanos >= PASS_NANOS);
        if (mayBegin && receiver.takeAsked()) {
            isRequested = true;
        }
        if (mayBegin && isRequested) {
            isRequested = false;
            if (receiver.olderPeers() < SENDERS_MAX) {
                pass = Optional.of(registry.histories(HistoryOrigin.PEERS, nowNanos));
                hasBegun = true;
                beganNanos = nowNanos;
            }
        }
        return pass.isPresent();
    }

    /**
     * The next part, as a section that follows the entries of a report. It has one history at least, so it may be larger by
     * one than is asked for.
     *
     * @param bytesMax the size to keep to
     */
    public byte[] next(long bytesMax, long nowNanos) {
        UsageHistories left = pass.orElseThrow();
        long bytes = HistoryCodec.SECTION_BYTES_MAX;
        List<byte[]> records = new ArrayList<>();
        while (left.hasNext() && (records.isEmpty() || bytes < Math.min(bytesMax, PART_BYTES_MAX))) {
            Optional<SubjectHistory> history = left.next(nowNanos);
            if (history.isPresent()) {
                byte[] record = HistoryCodec.record(history.get());
                records.add(record);
                bytes += record.length;
            }
        }
        boolean isLast = !left.hasNext();
        if (isLast) {
            pass = Optional.empty();
        }
        return HistoryCodec.section(receiver.known(), isLast, records);
    }

    /** Whether this node asks its peers for the past. */
    public boolean isAsking() {
        return receiver.isAsking();
    }
}
