package dev.sluice.sync.receipts;

import dev.sluice.limits.pacing.RemoteNode;
import dev.sluice.sync.trust.EventBudget;
import dev.sluice.sync.wire.Receipt;
import java.util.Optional;

/**
 * One peer: what it has received of this node's reports, and what this node has received of its.
 *
 * <p>{@link RemoteNode#knowsUntil} advances with each receipt, on two conditions. The peer misses nothing: what it lost was
 * repeated in a report that it received. And this node misses nothing of what the peer reported before its receipt: the peer
 * has repeated that too, once it acknowledges a report in which this node complained.
 *
 * <p>A peer may claim losses in each of its reports. What it lacks is repeated a few times a second, not at each tick.
 *
 * <p>The thread of the peer table writes, the reporting thread reads; {@link #repeated} is the other way round.
 */
public final class PeerReceipts {
    /** Receipts have clocks of whole microseconds. */
    private static final long CLOCK_NANOS = 1_000L;

    /** A link that loses half of ten reports a second has each loss repeated at once. */
    private static final double REPEATS_PER_SECOND = 5;

    private static final int REPEATS_MAX = 10;

    private static final long NEVER = Long.MIN_VALUE / 2;

    private final long incarnation;
    private final RemoteNode remote;
    // By the peer's clock, us.
    private volatile long receivedMicros;
    private volatile long lostMicros;
    private volatile long askingUntilNanos = NEVER;
    /** When this node noticed that a report of the peer was lost, which it may not have repeated yet. */
    private long gapNanos;

    private boolean hasGap;
    private boolean hasAcknowledged;
    private boolean isReceived;
    /** The peer lacks reports that left before. */
    private volatile long lacksUntilNanos = NEVER;
    // Written by the reporting thread.
    private volatile long repeatedUntilNanos = NEVER;
    private volatile long repeatedNanos = NEVER;
    /** Of the reporting thread. */
    private final EventBudget repeats;
    /** What {@link #lost} returned last; of the reporting thread. */
    private long lostUntilNanos = NEVER;

    PeerReceipts(long incarnation, RemoteNode remote, long nowNanos) {
        this.incarnation = incarnation;
        this.remote = remote;
        this.repeats = new EventBudget(REPEATS_MAX, REPEATS_PER_SECOND, nowNanos);
    }

    // ---- of the peer's reports ----

    /** A report of the peer was received. */
    void received(long clockMicros, boolean isAfterGap, long nowNanos) {
        if (isAfterGap) {
            lostMicros = clockMicros;
            gapNanos = nowNanos;
            hasGap = true;
        }
        receivedMicros = clockMicros;
        if (!isReceived) {
            isReceived = true;
            remote.acknowledges(true);
        }
    }

    void askedUntil(long nanos) {
        askingUntilNanos = nanos;
    }

    boolean isAsking(long nowNanos) {
        return askingUntilNanos > nowNanos && remote.isLive();
    }

    boolean isForgotten() {
        return remote.isForgotten();
    }

    long incarnation() {
        return incarnation;
    }

    Receipt receipt() {
        long lost = lostMicros;
        return new Receipt(incarnation, Math.max(receivedMicros, lost), lost);
    }

    // ---- of this node's reports ----

    /**
     * The peer has acknowledged a report.
     *
     * @param receivedNanos when the last one that it received left
     * @param lostNanos reports that left before may be lost
     * @param isAfterGap whether a report of the peer was lost just before
     */
    void acknowledged(long receivedNanos, long lostNanos, boolean isAfterGap) {
        hasAcknowledged = true;
        remote.acknowledges(true);
        if (lostNanos > lacksUntilNanos) {
            lacksUntilNanos = lostNanos;
        }
        if (isAfterGap || (hasGap && receivedNanos <= gapNanos + CLOCK_NANOS)) {
            return;
        }
        hasGap = false;
        if (lacksUntilNanos <= repeatedUntilNanos && receivedNanos >= repeatedNanos) {
            remote.knowsUntil(receivedNanos);
        }
    }

    /** The peer has acknowledged nothing, though this node asks for it: it is of an older release. */
    void neverAcknowledges() {
        if (!hasAcknowledged) {
            remote.acknowledges(false);
        }
    }

    /** Whether the peer lacks reports that were not repeated yet, and may be now; if so, that is counted. */
    private boolean takeRepeat(long nowNanos) {
        return isIncomplete() && remote.isLive() && repeats.take(nowNanos);
    }

    /**
     * Whether the peer lacks reports that were not repeated yet. It must not get a receipt: it would believe that it misses
     * nothing.
     */
    boolean isIncomplete() {
        return lacksUntilNanos > repeatedUntilNanos;
    }

    /** The reports that the peer lacks and may get now; empty: none. They count as lost until {@link #repeated}. */
    Optional<LostReports> lost(long nowNanos) {
        if (!takeRepeat(nowNanos)) {
            lostUntilNanos = NEVER;
            return Optional.empty();
        }
        lostUntilNanos = lacksUntilNanos;
        return Optional.of(new LostReports(remote.knowsUntil(), lostUntilNanos));
    }

    /** All that {@link #lost} returned last is in the reports that leave now, or before. */
    void repeated(long nowNanos) {
        if (lostUntilNanos > repeatedUntilNanos) {
            repeatedNanos = nowNanos;
            repeatedUntilNanos = lostUntilNanos;
        }
    }
}
