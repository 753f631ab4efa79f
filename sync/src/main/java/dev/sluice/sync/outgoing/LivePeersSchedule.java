package dev.sluice.sync.outgoing;

import dev.sluice.sync.wire.LivePeers;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * When a {@link Reporter} tells whom this node hears: when that has changed, to those who have just come, and once a second;
 * and never where there was nobody yet. Owned by it.
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

    /** What the next report tells of it; empty: nothing. */
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
