package dev.sluice.sync.sessions;

import dev.sluice.sync.sessions.SessionBook.KnownSession;
import dev.sluice.sync.trust.EventBudget;
import dev.sluice.sync.wire.SessionEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides which sessions a report has: those that were just learnt, then their repetitions, then the next ones of a pass over
 * all of them, which has a part of the places in any case. At most {@link SessionEntry#ENTRIES_MAX} in a report, and {@value #PER_SECOND_MAX} a second: some 30 kB. Time
 * is an argument. Owned by the thread that reports.
 */
public final class SessionSender {
    /** The most in a second, in the long run; receivers take twice as many. */
    public static final int PER_SECOND_MAX = 500;
    /** The time between the begins of two passes. */
    static final long PASS_NANOS = 60_000_000_000L;
    /** The same where a new subscriber asks for one. */
    static final long REQUESTED_PASS_NANOS = 1_000_000_000L;
    /** So long after it was learnt a session is sent again: its first report may have been lost, or its user not known yet. */
    private static final long[] REPEAT_NANOS = {1_000_000_000L, 5_000_000_000L};
    /** So many may wait for a repetition; of more, the next pass has those that had no place. */
    static final int REPEATS_MAX = 4_096;
    /** One of so many places in a report is the pass's, however many sessions begin. */
    private static final int PLACES_OF_PASS = 4;
    /** Of those that have run for longest so many send what they have from others. */
    private static final int FORWARDERS_MAX = 3;

    /** A session that is to be sent again. */
    private record Repeat(KnownSession session, int times, long dueNanos) {}

    private final SessionBook book;
    private final IntSupplier olderPeers;
    private final EventBudget budget;
    /** Of each number of times those that are due first come first. */
    private final List<Deque<Repeat>> repeats = List.of(new ArrayDeque<>(), new ArrayDeque<>());

    private Iterator<KnownSession> pass = Collections.emptyIterator();
    private long passNanos;
    private boolean isRequested;

    /**
     * Makes a sender that has sent nothing.
     *
     * @param olderPeers how many live peers have run for longer
     */
    public SessionSender(SessionBook book, IntSupplier olderPeers, long nowNanos) {
        this.book = book;
        this.olderPeers = olderPeers;
        this.budget = new EventBudget(SessionEntry.ENTRIES_MAX, PER_SECOND_MAX, nowNanos);
        this.passNanos = nowNanos;
    }

    /** A new subscriber needs all of them. */
    public void request() {
        isRequested = true;
    }

    /** The section for the next report; no bytes: there is nothing to send. */
    public byte[] next(long nowNanos) {
        beginPass(nowNanos);
        List<SessionEntry> entries = new ArrayList<>();
        for (int place = 1; entries.size() < SessionEntry.ENTRIES_MAX && budget.take(nowNanos); place++) {
            boolean isOfPass = place % PLACES_OF_PASS == 0 && pass.hasNext();
            KnownSession session = isOfPass ? pass.next() : nextSession(nowNanos);
            if (session == null) {
                break;
            }
            session.entry(nowNanos).ifPresent(entries::add);
        }
        return SessionEntry.section(entries);
    }

    private @Nullable KnownSession nextSession(long nowNanos) {
        KnownSession learnt = book.pollLearnt();
        if (learnt != null) {
            repeat(learnt, 0, nowNanos);
            return learnt;
        }
        for (Deque<Repeat> times : repeats) {
            Repeat first = times.peekFirst();
            if (first != null && nowNanos - first.dueNanos() >= 0) {
                times.removeFirst();
                repeat(first.session(), first.times(), nowNanos);
                return first.session();
            }
        }
        return pass.hasNext() ? pass.next() : null;
    }

    private void repeat(KnownSession session, int times, long nowNanos) {
        if (times < REPEAT_NANOS.length && repeats.get(times).size() < REPEATS_MAX) {
            repeats.get(times).addLast(new Repeat(session, times + 1, nowNanos + REPEAT_NANOS[times]));
        }
    }

    private void beginPass(long nowNanos) {
        long sinceNanos = nowNanos - passNanos;
        if (!pass.hasNext() && sinceNanos >= (isRequested ? REQUESTED_PASS_NANOS : PASS_NANOS)) {
            isRequested = false;
            passNanos = nowNanos;
            pass = olderPeers.getAsInt() < FORWARDERS_MAX ? all() : book.learnt();
        }
    }

    private Iterator<KnownSession> all() {
        Iterator<KnownSession> first = book.learnt();
        Iterator<KnownSession> second = book.reported();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return first.hasNext() || second.hasNext();
            }

            @Override
            public KnownSession next() {
                return first.hasNext() ? first.next() : second.next();
            }
        };
    }
}
