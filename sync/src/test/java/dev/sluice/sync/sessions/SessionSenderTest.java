package dev.sluice.sync.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.SubjectId;
import dev.sluice.sync.testing.TestNode;
import dev.sluice.sync.trust.PeerBounds;
import dev.sluice.sync.trust.RefusedPart;
import dev.sluice.sync.wire.SessionEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SessionSenderTest {
    private static final long MS = 1_000_000L;
    private static final long SECOND = 1_000 * MS;

    /** A book of sessions that never end. */
    private static final class TestBook implements SessionBook {
        final Map<Long, SessionEntry> learnt = new LinkedHashMap<>();
        final Map<Long, SessionEntry> reported = new LinkedHashMap<>();
        final Deque<SessionEntry> fresh = new ArrayDeque<>();
        final List<SessionEntry> received = new ArrayList<>();

        void learn(long key) {
            SessionEntry session = session(key);
            learnt.put(key, session);
            fresh.add(session);
        }

        @Override
        public void receive(long sender, SessionEntry session, long nowNanos) {
            received.add(session);
            reported.put(session.keyLow(), session);
        }

        @Override
        public @Nullable KnownSession pollLearnt() {
            SessionEntry first = fresh.poll();
            return first == null ? null : now -> Optional.of(first);
        }

        @Override
        public Iterator<KnownSession> learnt() {
            return known(learnt);
        }

        @Override
        public Iterator<KnownSession> reported() {
            return known(reported);
        }

        @Override
        public long added() {
            return learnt.size() + reported.size();
        }

        private static Iterator<KnownSession> known(Map<Long, SessionEntry> sessions) {
            return List.copyOf(sessions.values()).stream()
                    .map(session -> (KnownSession) now -> Optional.of(session))
                    .iterator();
        }
    }

    private static SessionEntry session(long key) {
        return new SessionEntry(0, key, new SubjectId(1, 2), 3_600, "sealed");
    }

    private final TestBook book = new TestBook();
    private int olderPeers;
    private final SessionSender sender = new SessionSender(book, () -> olderPeers, 0);

    private List<SessionEntry> at(long nowNanos) {
        return SessionEntry.find(sender.next(nowNanos), 0);
    }

    /** All that is sent in a time, of ten reports a second. */
    private List<SessionEntry> sent(long fromNanos, long toNanos) {
        List<SessionEntry> all = new ArrayList<>();
        for (long now = fromNanos; now < toNanos; now += 100 * MS) {
            all.addAll(at(now));
        }
        return all;
    }

    @Test
    void newSession_isSentAtOnce_andTwiceMore() {
        book.learn(1);

        assertThat(at(0)).containsExactly(session(1));
        assertThat(sent(100 * MS, SECOND)).isEmpty();
        assertThat(at(SECOND)).containsExactly(session(1));
        assertThat(sent(1_100 * MS, 6 * SECOND)).isEmpty();
        assertThat(at(6 * SECOND)).containsExactly(session(1));
        assertThat(sent(6_100 * MS, 59 * SECOND)).isEmpty();
    }

    @Test
    void allSessions_areRepeatedEachMinute() {
        book.learnt.put(1L, session(1));
        book.reported.put(2L, session(2));

        assertThat(sent(0, 60 * SECOND)).isEmpty();
        assertThat(sent(60 * SECOND, 120 * SECOND)).containsExactly(session(1), session(2));
        assertThat(sent(120 * SECOND, 180 * SECOND)).containsExactly(session(1), session(2));
    }

    @Test
    void sessionsOfOthers_areSentByTheOldestThreeAlone() {
        olderPeers = 3;
        book.learnt.put(1L, session(1));
        book.reported.put(2L, session(2));

        assertThat(sent(0, 121 * SECOND)).containsExactly(session(1), session(1));
    }

    @Test
    void newSubscriber_getsAll_soon() {
        book.learnt.put(1L, session(1));
        book.reported.put(2L, session(2));
        assertThat(sent(0, 5 * SECOND)).isEmpty();

        sender.request();
        sender.request();

        assertThat(at(5 * SECOND)).containsExactly(session(1), session(2));
        assertThat(sent(5_100 * MS, 60 * SECOND)).isEmpty();
    }

    @Test
    void rate_isBounded_andNewSessionsComeFirst() {
        for (long key = 0; key < 10_000; key++) {
            book.learnt.put(key, session(key));
        }
        sender.request();
        assertThat(sent(SECOND, 4 * SECOND)).hasSizeBetween(1_000, 1_600);

        book.learn(20_000);

        assertThat(at(4 * SECOND).get(0)).isEqualTo(session(20_000));
        List<SessionEntry> rest = sent(4_100 * MS, 40 * SECOND);
        assertThat(rest).contains(session(9_999)).hasSizeLessThan(10_000);
    }

    @Test
    void sessionsThatBeginWithoutEnd_displaceNoPass_andAreRepeatedWithinBounds() {
        for (long key = 0; key < 1_000; key++) {
            book.learnt.put(key, session(key));
        }
        sender.request();
        List<SessionEntry> all = new ArrayList<>();
        long now = SECOND;
        for (long key = 10_000; key < 40_000; now += 100 * MS) {
            for (int i = 0; i < 2 * SessionSender.PER_SECOND_MAX / 10; i++) {
                book.fresh.add(session(key++));
            }
            all.addAll(at(now));
        }
        assertThat(all).contains(session(10_000), session(0), session(999));

        book.learnt.clear();
        book.fresh.clear();
        // Each of those that wait for the first repetition is repeated twice.
        assertThat(sent(now, now + 100 * SECOND)).hasSizeBetween(1, 3 * SessionSender.REPEATS_MAX);
    }

    @Test
    void sessions_reachAPeer_thatKnowsThem_andOneThatDoesNot() {
        TestNode a = new TestNode("a", 1, 0);
        TestNode b = new TestNode("b", 2, 0);
        TestNode older = new TestNode("older", 3, 0);
        TestBook taken = new TestBook();
        a.reporter.sessions(sender);
        b.table.sessions(taken);
        book.learn(1);

        List<byte[]> reports = a.tick(100 * MS);
        b.receive(reports, 100 * MS);
        older.receive(reports, 100 * MS);

        assertThat(taken.received).containsExactly(session(1));
        assertThat(older.table.stats().reports()).isEqualTo(1);
        assertThat(older.table.stats().dropped().values()).containsOnly(0L);
    }

    @Test
    void peerThatSendsTooMany_isHeldToItsRate() {
        TestBook taken = new TestBook();
        TestNode b = new TestNode("b", 2, 0, new PeerBounds(16, 1000));
        b.table.sessions(taken);
        TestNode a = new TestNode("a", 1, 0);
        long now = 100 * MS;
        for (int round = 0; round < 400; round++) {
            // Each round another sender, as a node would have that keeps to no rate.
            SessionSender greedy = new SessionSender(book, () -> 0, 0);
            a.reporter.sessions(greedy);
            for (long key = 0; key < SessionEntry.ENTRIES_MAX; key++) {
                book.learn(round * 1_000L + key);
            }
            b.receive(a.tick(now), now);
            now += MS;
        }

        assertThat(taken.received.size()).isBetween(10_000, 11_000);
        assertThat(b.table.stats().refused(RefusedPart.SESSION))
                .isEqualTo(400L * SessionEntry.ENTRIES_MAX - taken.received.size());
    }
}
