package dev.sluice.sync.outgoing;

import dev.sluice.sync.wire.LivePeers;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Decides when a report lists this node's live peers: after a change, in a full state, and once a second. It lists
 * nothing before the first peer was live. Owned by the {@link Reporter}.
 */
final class LivePeersSchedule {
    static final long REPEAT_NANOS = 1_000_000_000L;

    private final Supplier<LivePeers> livePeers;
    private LivePeers reported = LivePeers.NONE;
    private boolean hasReceived;
    private long reportedNanos;

    LivePeersSchedule(Supplier<LivePeers> livePeers, long nowNanos) {
        this.livePeers = livePeers;
        this.reportedNanos = nowNanos;
    }

    /** The live peers for the next report; empty: it lists none. */
    Optional<LivePeers> next(ReportContent content, long nowNanos) {
        LivePeers now = livePeers.get();
        boolean changed = !now.equals(reported);
        hasReceived |= changed;
        boolean due = changed || content == ReportContent.FULL_STATE || nowNanos - reportedNanos >= REPEAT_NANOS;
        if (!hasReceived || !due) {
            return Optional.empty();
        }
        reported = now;
        reportedNanos = nowNanos;
        return Optional.of(now);
    }
}
