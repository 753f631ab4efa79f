package dev.sluice.limits.sharing;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Membership;
import dev.sluice.limits.model.RateLimit;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.pacing.PacingParameters;
import dev.sluice.limits.pacing.PacingSettings;
import dev.sluice.limits.pacing.RecentPeak;
import dev.sluice.limits.pacing.RemoteNode;
import dev.sluice.limits.pacing.UrgentSpacing;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What all ledgers of a node know of the cluster: which nodes are live, how often they report, and the offset of the wall
 * clock. It also has the node's random numbers, and counts its rejections. Thread-safe.
 */
public final class ClusterView {
    /** Maintenance steps of a limit in an interval, at most. */
    private static final int STEPS_PER_INTERVAL = 200;

    private static final int CHARGES_PER_INTERVAL = 4;
    /** Less of any but bytes is none. */
    private static final long EXCESS_MIN = 10;

    private static final long EXCESS_BYTES_MIN = 1 << 20;

    final long epochOffsetNanos;
    final PacingSettings pacing;
    /** Between two maintenance steps of a limit, at least. Here, because there are many limits. */
    final long stepNanos;
    /** While a limit is active, a charge is pending for so long at most. */
    final long pendingNanosMax;

    private final AtomicLong randomState;
    private volatile @Nullable Tuned tuned;
    private volatile Membership membership = Membership.ALONE;
    /** Since when this node has received all reports; empty: from the beginning. */
    private volatile OptionalLong receivesSinceNanos = OptionalLong.empty();
    /** Until when this node knows what was used before it began to receive, by {@link HistoryOrigin}; empty: it doesn't. */
    private final AtomicReferenceArray<@Nullable Long> knownUntilNanos =
            new AtomicReferenceArray<>(HistoryOrigin.values().length);

    /** Between two reports of a node while a limit is nearly used up. */
    private volatile long urgentNanos;

    private final RecentPeak excess = new RecentPeak();
    private final RejectionCounters rejections = new RejectionCounters();

    private volatile long id;
    private volatile List<RemoteNode> peers = List.of();

    private record Tuned(RateLimit limit, long urgentNanos, PacingParameters tuning) {}

    /**
     * The view of a node that has no peers yet.
     *
     * @param epochOffsetNanos wall clock minus monotonic time at the start
     */
    public ClusterView(long epochOffsetNanos, PacingSettings pacing) {
        this.epochOffsetNanos = epochOffsetNanos;
        this.pacing = pacing;
        this.stepNanos = pacing.intervalNanos() / STEPS_PER_INTERVAL;
        this.pendingNanosMax = pacing.intervalNanos() / CHARGES_PER_INTERVAL;
        this.randomState = new AtomicLong(pacing.seed());
        this.urgentNanos = UrgentSpacing.nanos(1, pacing.intervalNanos());
    }

    /** The constants of a limit. Accounts of one kind have the same limits, so that the last one mostly fits. */
    PacingParameters tuning(RateLimit limit) {
        Tuned last = tuned;
        long urgent = urgentNanos;
        if (last == null || last.urgentNanos != urgent || !last.limit.equals(limit)) {
            last = new Tuned(limit, urgent, PacingParameters.of(limit, pacing.intervalNanos(), urgent));
            tuned = last;
        }
        return last.tuning;
    }

    /** The time between two reports of a node while a limit is nearly used up. */
    public long urgentNanos() {
        return urgentNanos;
    }

    public Membership membership() {
        return membership;
    }

    /**
     * The membership has changed. A node that starts anew found others late: what it took for the past was not all. One
     * caller at a time.
     */
    public void updateMembership(Membership next, long nowNanos) {
        if (next.isStarting() && !membership.isStarting()) {
            knownUntilNanos.set(HistoryOrigin.PEERS.ordinal(), null);
        }
        if (membership.isStarting() && !next.isStarting()) {
            receivesSinceNanos = OptionalLong.of(nowNanos);
        }
        membership = next;
        urgentNanos = UrgentSpacing.nanos(next.live(), pacing.intervalNanos());
    }

    /** This node's id in the cluster. */
    long id() {
        return id;
    }

    /**
     * A report of a node that was unknown is about to be applied. One caller at a time.
     *
     * @param ownId under which the others know this node
     * @return {@code peer}
     */
    public RemoteNode addPeer(long ownId, RemoteNode peer) {
        id = ownId;
        List<RemoteNode> next = new ArrayList<>(peers);
        next.removeIf(RemoteNode::isForgotten);
        next.add(peer);
        peers = List.copyOf(next);
        return peer;
    }

    /** How many nodes are remembered, live or not. */
    int knownPeers() {
        return peers.size();
    }

    /** Whether each live node knows what was reported here then, and this node what those admitted before. */
    boolean isKnownToAll(long nanos, long nowNanos) {
        List<RemoteNode> all = peers;
        for (int i = 0; i < all.size(); i++) {
            RemoteNode peer = all.get(i);
            if (peer.isLive() && !peer.knows(nanos, nowNanos)) {
                return false;
            }
        }
        return true;
    }

    /**
     * What the cluster used until then is known to the meters, as far as the origin covers it. One caller at a time.
     *
     * @param untilNanos monotonic; of peers: the moment at which the last of their history came
     */
    public void markKnown(HistoryOrigin origin, long untilNanos) {
        knownUntilNanos.set(origin.ordinal(), untilNanos);
    }

    /**
     * How many seconds of the time that a limit looks back on this node knows nothing of: it did not receive the others'
     * reports, and no history tells it.
     *
     * @param periodNanos of the limit
     */
    double unobservedSeconds(long periodNanos, long nowNanos) {
        OptionalLong since = receivesSinceNanos;
        if (!membership.isStarting() && since.isEmpty()) {
            return 0;
        }
        Long ofPeers = knownUntilNanos.get(HistoryOrigin.PEERS.ordinal());
        if (ofPeers != null && HistoryOrigin.PEERS.covers(periodNanos)) {
            // Reports came by then.
            return 0;
        }
        long unknownSince = nowNanos - periodNanos;
        Long ofFile = knownUntilNanos.get(HistoryOrigin.STATE_FILE.ordinal());
        if (ofFile != null && HistoryOrigin.STATE_FILE.covers(periodNanos)) {
            unknownSince = Math.max(unknownSince, ofFile);
        }
        long unknownUntil = membership.isStarting() ? nowNanos : since.getAsLong();
        return Math.max(0, unknownUntil - unknownSince) * 1e-9;
    }

    /** A random number from 0 to 1, by the seed. Any thread. */
    double random() {
        // SplitMix64 (Steele, Lea, Flood 2014): a counter and a hash of it.
        long z = randomState.getAndAdd(0x9e37_79b9_7f4a_7c15L);
        z = (z ^ z >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        z = (z ^ z >>> 27) * 0x94d0_49bb_1331_11ebL;
        return ((z ^ z >>> 31) >>> 11) * 0x1p-53;
    }

    /** Records by how much a limit was exceeded; one thread. */
    void recordExcess(Dimension.Unit unit, long amount, long capacity, long nowNanos) {
        if (amount >= (unit == Dimension.Unit.BYTES ? EXCESS_BYTES_MIN : EXCESS_MIN)) {
            excess.record((double) amount / Math.max(1, capacity), nowNanos);
        }
    }

    /** How often limits have rejected on this node. */
    public RejectionCounters rejections() {
        return rejections;
    }

    /**
     * By which part of it a limit that is shared out was exceeded at most in the last minute, as seen from this node. Less than
     * {@value #EXCESS_MIN} requests or {@value #EXCESS_BYTES_MIN} bytes don't count: of a small limit one request is a large
     * part.
     */
    public double recentExcess(long nowNanos) {
        return excess.value(nowNanos);
    }

    /** How many requests limits of each scope and dimension have rejected on this node since the start. Thread-safe. */
    public static final class RejectionCounters {
        private final OfKind[][] kinds = new OfKind[Scope.count()][Dimension.count()];

        /**
         * The counts of one scope and dimension.
         *
         * @param rejected requests that were rejected
         * @param wouldReject requests that a shadow limit had no room for, and that were admitted
         */
        record OfKind(LongAdder rejected, LongAdder wouldReject) {}

        RejectionCounters() {
            for (OfKind[] row : kinds) {
                for (int i = 0; i < row.length; i++) {
                    row[i] = new OfKind(new LongAdder(), new LongAdder());
                }
            }
        }

        OfKind of(Scope scope, Dimension dimension) {
            return kinds[scope.ordinal()][dimension.ordinal()];
        }

        /** How many requests were rejected. */
        public long rejected(Scope scope, Dimension dimension) {
            return of(scope, dimension).rejected.sum();
        }

        /** How many requests shadow limits had no room for. */
        public long wouldReject(Scope scope, Dimension dimension) {
            return of(scope, dimension).wouldReject.sum();
        }
    }
}
