package dev.sluice.sync.sessions;

import dev.sluice.sync.wire.SessionEntry;
import java.util.Collections;
import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The sessions that a node knows. Implementations are bounded and thread-safe, and never block. */
public interface SessionBook {
    /** Knows no session and takes none. */
    SessionBook NONE = new SessionBook() {
        @Override
        public void receive(long sender, SessionEntry session, long nowNanos) {}

        @Override
        public @Nullable KnownSession pollLearnt() {
            return null;
        }

        @Override
        public Iterator<KnownSession> learnt() {
            return Collections.emptyIterator();
        }

        @Override
        public Iterator<KnownSession> reported() {
            return Collections.emptyIterator();
        }

        @Override
        public long added() {
            return 0;
        }
    };

    /** A session that may be sent. */
    interface KnownSession {
        /** As it is by now; empty: it has ended, or is not for peers. */
        Optional<SessionEntry> entry(long nowNanos);
    }

    /**
     * A peer has reported a session.
     *
     * @param sender the incarnation of the peer
     */
    void receive(long sender, SessionEntry session, long nowNanos);

    /** The next session that was learnt here since the last call; null: there is none. */
    @Nullable
    KnownSession pollLearnt();

    /** All sessions that were learnt here. */
    Iterator<KnownSession> learnt();

    /** All sessions that are known from peers alone, or from the state file. */
    Iterator<KnownSession> reported();

    /** How many became known so far. */
    long added();
}
