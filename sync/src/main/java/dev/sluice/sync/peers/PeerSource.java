package dev.sluice.sync.peers;

import dev.sluice.sync.activity.ActivitySender;
import dev.sluice.sync.history.HistoryReceiver;
import dev.sluice.sync.sessions.SessionSender;
import dev.sluice.sync.trust.EventBudget;
import dev.sluice.sync.trust.NodePeak;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where peers come from: a link to one node, or all relays together. Owned by the {@link PeerTable}.
 *
 * <p>One link is one node: a new incarnation takes the place of the one before at once, whatever name it gives itself. The
 * one before never comes back. A relay brings many nodes; it holds its own links to the same rule.
 */
abstract sealed class PeerSource {
    /** The past that this source may still send. */
    final HistoryReceiver.Quota history;

    private final EventBudget incarnations;

    private final EventBudget questions;

    private final EventBudget sessions;
    private final EventBudget activities;

    private PeerSource(
            EventBudget incarnations,
            EventBudget questions,
            EventBudget sessions,
            EventBudget activities,
            HistoryReceiver.Quota history) {
        this.incarnations = incarnations;
        this.questions = questions;
        this.sessions = sessions;
        this.activities = activities;
        this.history = history;
    }

    /** The incarnation, if it has not ended for good. */
    abstract @Nullable PeerIncarnation find(long incarnation);

    /** Whether no report of the incarnation counts any more. */
    abstract boolean hasEnded(long incarnation);

    /** Adds an incarnation that is unknown here; returns the one that it takes the place of. */
    abstract @Nullable PeerIncarnation add(PeerIncarnation peer);

    /** All that are remembered. */
    abstract Collection<PeerIncarnation> all();

    /** Forgets those that were silent for longer. */
    abstract void forgetSilentFor(long nanos, long receivingNanos);

    /** Whether one more incarnation is plausible. */
    final boolean mayAdd(long nowNanos) {
        return incarnations.take(nowNanos);
    }

    /** Whether a question for the past is to be answered. */
    final boolean mayAsk(long nowNanos) {
        return questions.take(nowNanos);
    }

    /** Whether one more session of STS is to be taken. */
    final boolean maySendSession(long nowNanos) {
        return sessions.take(nowNanos);
    }

    /** Whether what a peer shows of itself is to be taken once more. */
    final boolean mayShowActivity(long nowNanos) {
        return activities.take(nowNanos);
    }

    /** A link to one node. */
    static final class Direct extends PeerSource {
        private static final int ENDED_MAX = 64;
        private static final int SHOWN_MAX = 2;
        private static final double INCARNATIONS_MAX = 8;
        private static final double INCARNATIONS_PER_SECOND = 0.5;
        /** A node that has just started asks with each report for some seconds. */
        private static final double QUESTIONS_MAX = 1_000;

        private static final double QUESTIONS_PER_SECOND = 1;
        /** After a pause of this node the reports of some seconds come at once. */
        private static final double SESSIONS_MAX = 10_000;

        private static final double SESSIONS_PER_SECOND = 2.0 * SessionSender.PER_SECOND_MAX;
        private static final double ACTIVITIES_MAX = 16;
        private static final double ACTIVITIES_PER_SECOND = 2.0 * ActivitySender.PER_SECOND_MAX;

        private final long[] ended = new long[ENDED_MAX];
        private int endedCount;
        private final Deque<PeerIncarnation> shown = new ArrayDeque<>();
        private @Nullable PeerIncarnation current;
        /** Whether this node is at the other end. */
        private boolean isOwn;

        private long messageNanos;

        Direct(long nowNanos) {
            super(
                    new EventBudget(INCARNATIONS_MAX, INCARNATIONS_PER_SECOND, nowNanos),
                    new EventBudget(QUESTIONS_MAX, QUESTIONS_PER_SECOND, nowNanos),
                    new EventBudget(SESSIONS_MAX, SESSIONS_PER_SECOND, nowNanos),
                    new EventBudget(ACTIVITIES_MAX, ACTIVITIES_PER_SECOND, nowNanos),
                    new HistoryReceiver.Quota(HistoryReceiver.LIMITS_MAX));
        }

        /** A message came by it, whatever it is. */
        void received(long receivingNanos) {
            messageNanos = receivingNanos;
        }

        /** Whether messages come by it, used or not. */
        boolean bringsMessages(long silenceNanos, long receivingNanos) {
            return receivingNanos - messageNanos <= silenceNanos;
        }

        /** The node at the link, live or not. */
        @Nullable
        PeerIncarnation current() {
            return current;
        }

        /** This node received its own report; returns whether that is new. */
        boolean markOwn() {
            boolean isNew = !isOwn;
            isOwn = true;
            return isNew;
        }

        boolean isOwn() {
            return isOwn;
        }

        /** Whether the node at the link is this one, or one that another link brings. */
        boolean isNoOtherNode() {
            return isOwn || (current != null && current.isCopy());
        }

        @Override
        @Nullable
        PeerIncarnation find(long incarnation) {
            return current != null && current.incarnation() == incarnation ? current : null;
        }

        @Override
        boolean hasEnded(long incarnation) {
            for (int i = 0; i < Math.min(endedCount, ENDED_MAX); i++) {
                if (ended[i] == incarnation) {
                    return true;
                }
            }
            return false;
        }

        @Override
        @Nullable
        PeerIncarnation add(PeerIncarnation peer) {
            PeerIncarnation before = current;
            if (before != null) {
                ended[endedCount % ENDED_MAX] = before.incarnation();
                endedCount++;
                shown.addFirst(before);
                if (shown.size() > SHOWN_MAX) {
                    shown.removeLast().forget();
                }
            }
            current = peer;
            isOwn = false;
            return before;
        }

        @Override
        Collection<PeerIncarnation> all() {
            List<PeerIncarnation> all = new ArrayList<>(shown);
            if (current != null) {
                all.add(current);
            }
            return all;
        }

        @Override
        void forgetSilentFor(long nanos, long receivingNanos) {
            shown.removeIf(peer -> peer.forgetIfSilentFor(nanos, receivingNanos));
            if (current != null && current.forgetIfSilentFor(nanos, receivingNanos)) {
                current = null;
            }
        }
    }

    /** All relays together: the same incarnation may come by several. */
    static final class Relayed extends PeerSource {
        private static final double INCARNATIONS_PER_SECOND = 16;
        private static final double QUESTIONS_MAX = 100_000;
        private static final double QUESTIONS_PER_SECOND = 100;
        private static final double SESSIONS_MAX = 100_000;
        private static final double SESSIONS_PER_SECOND = 32.0 * SessionSender.PER_SECOND_MAX;
        private static final double ACTIVITIES_MAX = 1_024;
        private static final double ACTIVITIES_PER_SECOND = 256.0 * ActivitySender.PER_SECOND_MAX;

        private final Map<Long, PeerIncarnation> peers = new HashMap<>();
        private final NodePeak peak = new NodePeak();

        Relayed(int peersMax, long nowNanos) {
            super(
                    new EventBudget(peersMax, INCARNATIONS_PER_SECOND, nowNanos),
                    new EventBudget(QUESTIONS_MAX, QUESTIONS_PER_SECOND, nowNanos),
                    new EventBudget(SESSIONS_MAX, SESSIONS_PER_SECOND, nowNanos),
                    new EventBudget(ACTIVITIES_MAX, ACTIVITIES_PER_SECOND, nowNanos),
                    new HistoryReceiver.Quota(4L * HistoryReceiver.LIMITS_MAX));
        }

        /** How many nodes relays have brought at the same time. */
        NodePeak peak() {
            return peak;
        }

        @Override
        @Nullable
        PeerIncarnation find(long incarnation) {
            return peers.get(incarnation);
        }

        @Override
        boolean hasEnded(long incarnation) {
            PeerIncarnation peer = peers.get(incarnation);
            return peer != null && peer.hasLeft();
        }

        @Override
        @Nullable
        PeerIncarnation add(PeerIncarnation peer) {
            peers.put(peer.incarnation(), peer);
            return null;
        }

        /** Forgets the one that is silent for the longest time; false: all are live. */
        boolean forgetOne(long receivingNanos) {
            return peers.values().stream()
                    .filter(peer -> !peer.isReceived())
                    .max(Comparator.comparingLong(peer -> peer.silentNanos(receivingNanos)))
                    .map(peer -> peers.remove(peer.incarnation(), peer.forget()))
                    .orElse(false);
        }

        int size() {
            return peers.size();
        }

        @Override
        Collection<PeerIncarnation> all() {
            return peers.values();
        }

        @Override
        void forgetSilentFor(long nanos, long receivingNanos) {
            peers.values().removeIf(peer -> peer.forgetIfSilentFor(nanos, receivingNanos));
        }
    }
}
