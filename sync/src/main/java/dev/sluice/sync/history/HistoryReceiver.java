package dev.sluice.sync.history;

import dev.sluice.limits.sharing.HistoryOrigin;
import dev.sluice.limits.usage.SubjectHistory;
import dev.sluice.limits.usage.UsageRegistry;
import dev.sluice.sync.wire.HistoryCodec;
import dev.sluice.sync.wire.HistoryPart;
import dev.sluice.sync.wire.HistorySenderState;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The newcomer's side: takes what peers know of the past while this node has just started, and says when it knows enough.
 *
 * <p>Of each limit the most counts that any peer reports, not the sum. A node takes histories only after its start: later they
 * would bring nothing new, and their rounding would add up from restart to restart.
 *
 * <p>It asks until those that send have sent all they know, or for {@value #OTHERS_NANOS} ns after the first of them: one that
 * claims to know all, and sends nothing, must not be the only one. The node that has run for longest has nobody to ask: after {@value
 * #PATIENCE_NANOS} ns it takes for the whole past what it has. So a cluster that starts as a whole is informed soon.
 *
 * <p>Owned by the thread of the peer table, but for the methods that say otherwise.
 */
public final class HistoryReceiver {
    /** So long after its start a node that has met others, and no older one, waits for one. */
    static final long PATIENCE_NANOS = 3_000_000_000L;
    /**
     * So long after its start, or the last part, a node asks older ones. Those of an older release send nothing. So long it also
     * waits for the first one.
     */
    static final long ASKING_NANOS = 10_000_000_000L;
    /** So long after the first peer was received, histories are taken: peers may be found one after the other. */
    static final long TAKING_NANOS = 10_000_000_000L;
    /** So long after one peer has sent all it knows, those of others are taken: they may know a little more. */
    static final long OTHERS_NANOS = 1_000_000_000L;
    /** A node that has run for as long has seen all that any limit looks back on: a day. */
    static final long LONGEST_NANOS = 24 * 3_600 * 1_000_000_000L;
    /** However long peers go on sending, no history is taken later than that after the start. */
    static final long RECEIVING_NANOS_MAX = 60_000_000_000L;
    /** No more limits than that are taken of one peer, however many it sends. */
    public static final int LIMITS_MAX = 400_000;

    private final UsageRegistry registry;
    private final AtomicBoolean isAsked = new AtomicBoolean();
    private final long beganNanos;
    private long askingUntilNanos;
    private long takingUntilNanos;
    /** The informed peers that have sent all they know, by incarnation. */
    private final Set<Long> answered = new HashSet<>();

    private long answeredNanos;
    private int expected;
    private boolean hasPeers;
    private boolean hasOlderPeers;
    private volatile boolean asking = true;
    /** Whether nothing of the past is missing here. A node that asked in vain no longer asks, and still doesn't know. */
    private volatile boolean knows;

    private volatile int olderPeers;
    private volatile long restored;

    /** How many limits one peer may still send the past of. Each has its own, so that none uses up that of the others. */
    public static final class Quota {
        private long left;

        /** A quota that nothing was used of. */
        public Quota(long limits) {
            left = limits;
        }
    }

    /** Makes the receiver of a node that has just started. */
    public HistoryReceiver(UsageRegistry registry, long nowNanos) {
        this.registry = registry;
        this.beganNanos = nowNanos;
        this.askingUntilNanos = nowNanos + ASKING_NANOS;
        this.takingUntilNanos = nowNanos;
    }

    /**
     * A peer is live, the first or another one.
     *
     * @param isOlder whether it has run for longer than this node
     * @return whether this node took for the whole past what was not all: through a relay a peer may be found late
     */
    public boolean peerIsLive(boolean isOlder, long nowNanos) {
        if (!hasPeers) {
            hasPeers = true;
            takingUntilNanos = nowNanos + TAKING_NANOS;
        }
        if (!isOlder || hasOlderPeers || nowNanos - takingUntilNanos >= 0) {
            return false;
        }
        boolean wasMistaken = knows;
        hasOlderPeers = true;
        asking = true;
        knows = false;
        answered.clear();
        askingUntilNanos = nowNanos + ASKING_NANOS;
        return wasMistaken;
    }

    /**
     * Takes the history that follows the entries of a report, if there is one and this node has just started. A node that
     * knows the past takes nothing from a younger one: it has it from here, or what it has beyond that is in its reports.
     *
     * @param from the incarnation of the peer
     * @param quota of the peer
     * @return whether it had more than the quota lets it have
     */
    public boolean receive(byte[] report, int begin, boolean isOlder, long from, Quota quota, long nowNanos) {
        if ((knows && !isOlder) || begin >= report.length || nowNanos - takingUntilNanos >= 0) {
            return false;
        }
        return HistoryCodec.find(report, begin)
                .map(part -> take(part, from, quota, nowNanos))
                .orElse(false);
    }

    private boolean take(HistoryPart part, long from, Quota quota, long nowNanos) {
        long taken = restored;
        int most = (int) Math.min(quota.left, part.subjects().size());
        quota.left -= most;
        for (SubjectHistory history : part.subjects().subList(0, most)) {
            taken += registry.restore(history, HistoryOrigin.PEERS, nowNanos) ? 1 : 0;
        }
        restored = taken;
        if (part.senderState() == HistorySenderState.INFORMED) {
            take(part.isLast(), from, nowNanos);
        }
        return most < part.subjects().size();
    }

    private void take(boolean isLast, long from, long nowNanos) {
        if (!isLast) {
            long latest = beganNanos + RECEIVING_NANOS_MAX;
            askingUntilNanos = Math.max(askingUntilNanos, Math.min(nowNanos + ASKING_NANOS, latest));
            takingUntilNanos = Math.max(takingUntilNanos, askingUntilNanos);
        } else if (!knows) {
            answeredNanos = answered.isEmpty() ? nowNanos : answeredNanos;
            answered.add(from);
            if (haveAllAnswered()) {
                becomeInformedByPeers(nowNanos);
            }
        }
    }

    private boolean haveAllAnswered() {
        return answered.size() >= Math.min(HistorySender.SENDERS_MAX, Math.max(olderPeers, expected));
    }

    private void becomeInformedByPeers(long nowNanos) {
        becomeInformed(nowNanos);
        takingUntilNanos = nowNanos + OTHERS_NANOS;
    }

    private void becomeInformed(long nowNanos) {
        registry.markKnown(HistoryOrigin.PEERS, nowNanos);
        knows = true;
        asking = false;
    }

    /** Lets time pass; call it every 100 ms or so. */
    public void expire(long nowNanos) {
        long patienceNanos = hasPeers ? PATIENCE_NANOS : ASKING_NANOS;
        if (asking && !answered.isEmpty() && (haveAllAnswered() || nowNanos - answeredNanos >= OTHERS_NANOS)) {
            becomeInformedByPeers(nowNanos);
        } else if (asking && olderPeers == 0 && nowNanos - beganNanos >= patienceNanos) {
            becomeInformed(nowNanos);
        } else if (asking && nowNanos - askingUntilNanos >= 0) {
            // Nobody answers: this node goes on without what it doesn't know, and assumes that it was much.
            asking = false;
        } else if (!knows && nowNanos - beganNanos >= LONGEST_NANOS) {
            knows = true;
        }
    }

    /** A peer asks for what this node knows. */
    public void ask() {
        isAsked.set(true);
    }

    /** Whether a peer has asked since the last call. Any thread. */
    boolean takeAsked() {
        return isAsked.get() && isAsked.getAndSet(false);
    }

    /** Sets how many peers are expected to answer, as far as is known: not those that are gone, nor this node itself. */
    public void expect(int peers) {
        expected = peers;
    }

    /** Sets how many live peers have run for longer than this node. */
    public void olderPeers(int count) {
        olderPeers = count;
    }

    /** How many live peers have run for longer than this node. Any thread. */
    public int olderPeers() {
        return olderPeers;
    }

    /** Whether this node has not met anybody since its start, and still waits for that. */
    public boolean awaitsFirstPeer() {
        return asking && !hasPeers;
    }

    /** Whether this node asks its peers for the past. Any thread. */
    boolean isAsking() {
        return asking;
    }

    /** What this node's knowledge of the past is worth to others. Any thread. */
    HistorySenderState known() {
        return knows ? HistorySenderState.INFORMED : HistorySenderState.ASKING;
    }

    /** How many limits got a past from peers; a limit counts for each peer that sent it. Any thread. */
    public long restored() {
        return restored;
    }
}
