package dev.sluice.limits.admission;

import dev.sluice.limits.model.Membership;
import dev.sluice.limits.model.RateLimit;
import dev.sluice.limits.pacing.PacingParameters;
import dev.sluice.limits.pacing.PacingSettings;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What all ledgers of a node share: its clocks' offset, the exchange's pace, who is heard, who has news. */
public final class ClusterView {
    final long epochOffsetNanos;
    final PacingSettings pacing;
    private final AtomicLong draws;
    private final AtomicReference<@Nullable Account> surprised = new AtomicReference<>();
    private volatile @Nullable Tuned tuned;
    private volatile Membership membership = Membership.ALONE;
    /** Empty: from the beginning. */
    private volatile OptionalLong listensSince = OptionalLong.empty();

    private volatile Runnable wake = () -> {};
    private volatile double largestExcess;

    private record Tuned(RateLimit limit, PacingParameters tuning) {}

    public ClusterView(long epochOffsetNanos, PacingSettings pacing) {
        this.epochOffsetNanos = epochOffsetNanos;
        this.pacing = pacing;
        this.draws = new AtomicLong(pacing.seed());
    }

    /** Accounts of one kind have the same limits: most ask for the same as the one before. */
    PacingParameters tuning(RateLimit limit) {
        Tuned last = tuned;
        if (last == null || !last.limit.equals(limit)) {
            last = new Tuned(limit, PacingParameters.of(limit, pacing.intervalNanos()));
            tuned = last;
        }
        return last.tuning;
    }

    Membership membership() {
        return membership;
    }

    void membership(Membership next, long nowNanos) {
        if (membership.isStarting() && !next.isStarting()) {
            listensSince = OptionalLong.of(nowNanos);
        }
        membership = next;
    }

    /**
     * How much of the time that a limit looks back on this node has not listened in, seconds; most of it while it starts.
     *
     * @param periodNanos the limit's
     */
    double missedSeconds(long periodNanos, long nowNanos) {
        OptionalLong since = listensSince;
        if (membership.isStarting() || since.isEmpty()) {
            return membership.isStarting() ? periodNanos * 1e-9 : 0;
        }
        return Math.max(0, periodNanos - (nowNanos - since.getAsLong())) * 1e-9;
    }

    /** A number from 0 to 1, by the seed. Any thread. */
    double draw() {
        // SplitMix64 (Steele, Lea, Flood 2014): a counter and a hash of it.
        long z = draws.getAndAdd(0x9e37_79b9_7f4a_7c15L);
        z = (z ^ z >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        z = (z ^ z >>> 27) * 0x94d0_49bb_1331_11ebL;
        return ((z ^ z >>> 31) >>> 11) * 0x1p-53;
    }

    /** By which part of it a limit was exceeded; one thread. */
    void noteExcess(double part) {
        largestExcess = Math.max(largestExcess, part);
    }

    /** The largest of them since the start. */
    double largestExcess() {
        return largestExcess;
    }

    /** Who is called when there is a surprise after there was none. */
    void onUrgentUpdate(Runnable newWake) {
        wake = newWake;
    }

    /** An account whose demand others should hear of before the next report is due. Any thread. */
    void surprise(Account account) {
        if (account.queueAsSurprised()) {
            Account head;
            do {
                head = surprised.get();
                account.nextSurprised = head;
            } while (!surprised.compareAndSet(head, account));
            if (head == null) {
                wake.run();
            }
        }
    }

    boolean hasUrgentUpdate() {
        return surprised.get() != null;
    }

    /** The accounts with a surprise, linked by {@link Account#nextSurprised}; from now on they may be queued again. */
    @Nullable
    Account takeSurprised() {
        return surprised.getAndSet(null);
    }
}
