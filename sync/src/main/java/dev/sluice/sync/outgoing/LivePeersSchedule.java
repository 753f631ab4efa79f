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

    private final Supplier<LivePeers> hearing;
    private LivePeers told = LivePeers.NOBODY;
    private boolean hasHeard;
    private long toldNanos;

    LivePeersSchedule(Supplier<LivePeers> hearing, long nowNanos) {
        this.hearing = hearing;
        this.toldNanos = nowNanos;
    }

    /** What the next report tells of it; empty: nothing. */
    Optional<LivePeers> next(ReportContent content, long nowNanos) {
        LivePeers now = hearing.get();
        boolean changed = !now.equals(told);
        hasHeard |= changed;
        boolean due = changed || content == ReportContent.FULL_STATE || nowNanos - toldNanos >= REPEAT_NANOS;
        if (!hasHeard || !due) {
            return Optional.empty();
        }
        told = now;
        toldNanos = nowNanos;
        return Optional.of(now);
    }
}
