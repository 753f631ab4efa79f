package dev.sluice.proxy.app.sync;

import dev.sluice.policy.identity.KeyHash;
import dev.sluice.policy.identity.SharedSession;
import dev.sluice.policy.identity.UserSession;
import dev.sluice.policy.identity.UserSessions;
import dev.sluice.sync.sessions.SessionBook;
import dev.sluice.sync.wire.SessionEntry;
import java.util.Iterator;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Shows the sessions that this sidecar knows to the bus and to the state file, and takes those that peers report or that the
 * file has. Thread-safe.
 */
public final class SessionSharing implements SessionBook {
    /** So many may wait to be sent; of more, the next pass over all sessions has those that had no place. */
    private static final int WAITING_MAX = 4_096;

    private final UserSessions sessions;
    private final Queue<UserSession> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waitingCount = new AtomicInteger();

    /** Begins to collect what is learnt. */
    public SessionSharing(UserSessions sessions) {
        this.sessions = sessions;
        sessions.onLearnt(this::learnt);
    }

    private void learnt(UserSession session) {
        if (waitingCount.get() < WAITING_MAX) {
            waitingCount.incrementAndGet();
            waiting.add(session);
        }
    }

    @Override
    public void receive(long sender, SessionEntry session, long nowNanos) {
        SharedSession shared = new SharedSession(
                new KeyHash(session.keyHigh(), session.keyLow()),
                session.user(),
                session.sealedName(),
                TimeUnit.SECONDS.toNanos(session.leftSeconds()));
        sessions.receive(sender, shared, nowNanos);
    }

    @Override
    public @Nullable KnownSession pollLearnt() {
        UserSession first = waiting.poll();
        if (first == null) {
            return null;
        }
        waitingCount.decrementAndGet();
        return known(first);
    }

    @Override
    public Iterator<KnownSession> learnt() {
        return known(sessions.learnt());
    }

    @Override
    public Iterator<KnownSession> reported() {
        return known(sessions.reported());
    }

    @Override
    public long added() {
        return sessions.added();
    }

    private Iterator<KnownSession> known(Iterator<UserSession> from) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return from.hasNext();
            }

            @Override
            public KnownSession next() {
                return known(from.next());
            }
        };
    }

    private KnownSession known(UserSession session) {
        return nowNanos -> sessions.shared(session, nowNanos).flatMap(SessionSharing::entry);
    }

    /** In whole seconds, rounded down: what goes from sidecar to sidecar never gets younger. */
    private static Optional<SessionEntry> entry(SharedSession session) {
        long leftSeconds = TimeUnit.NANOSECONDS.toSeconds(session.leftNanos());
        return leftSeconds < 1
                ? Optional.empty()
                : Optional.of(new SessionEntry(
                        session.key().high(), session.key().low(), session.user(), leftSeconds, session.sealedName()));
    }
}
