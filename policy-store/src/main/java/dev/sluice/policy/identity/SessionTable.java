package dev.sluice.policy.identity;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Sessions in groups, of a user or of a peer. Bounded: a full group loses its oldest session. When the whole table is
 * full, the largest group loses its oldest. So a user or peer with many sessions displaces its own. Thread-safe; a lookup takes
 * no lock.
 */
final class SessionTable<G> {
    private final int sessionsMax;
    private final int groupMax;
    private final Map<KeyHash, UserSession> sessions = new ConcurrentHashMap<>();
    private final Map<G, Group> groups = new ConcurrentHashMap<>();
    private final LongAdder displaced = new LongAdder();
    private final LongAdder added = new LongAdder();

    /** Changes only within {@link ConcurrentHashMap#compute} of its key. */
    private static final class Group {
        private final Deque<UserSession> inOrder = new ArrayDeque<>();
        private volatile int size;
    }

    SessionTable(int sessionsMax, int groupMax) {
        this.sessionsMax = sessionsMax;
        this.groupMax = groupMax;
    }

    @Nullable
    UserSession find(KeyHash key) {
        return sessions.get(key);
    }

    /** Adds a session; returns false if its key has one already. */
    boolean add(G group, UserSession session) {
        if (sessions.putIfAbsent(session.keyHash(), session) != null) {
            return false;
        }
        added.increment();
        groups.compute(group, (key, before) -> {
            Group to = before == null ? new Group() : before;
            to.inOrder.addLast(session);
            to.size = to.inOrder.size();
            return to.size > groupMax ? withoutFirst(to) : to;
        });
        if (sessions.size() > sessionsMax) {
            groups.computeIfPresent(largest(group), (key, to) -> withoutFirst(to));
        }
        return true;
    }

    /** Goes through all groups, which is rare: only thousands of sessions fill the table. */
    private G largest(G fallback) {
        G largest = fallback;
        int size = 0;
        for (Map.Entry<G, Group> entry : groups.entrySet()) {
            if (entry.getValue().size > size) {
                size = entry.getValue().size;
                largest = entry.getKey();
            }
        }
        return largest;
    }

    private @Nullable Group withoutFirst(Group from) {
        UserSession first = from.inOrder.pollFirst();
        if (first != null) {
            sessions.remove(first.keyHash(), first);
            displaced.increment();
        }
        from.size = from.inOrder.size();
        return from.size == 0 ? null : from;
    }

    /** Removes a session before its end, which is rare. */
    void remove(G group, UserSession session) {
        groups.computeIfPresent(group, (key, from) -> {
            if (from.inOrder.remove(session)) {
                sessions.remove(session.keyHash(), session);
            }
            from.size = from.inOrder.size();
            return from.size == 0 ? null : from;
        });
    }

    /** Removes what has ended. */
    void expire(long nowNanos) {
        for (G group : groups.keySet()) {
            groups.computeIfPresent(group, (key, from) -> {
                from.inOrder.removeIf(session -> isOver(session, nowNanos));
                from.size = from.inOrder.size();
                return from.size == 0 ? null : from;
            });
        }
    }

    private boolean isOver(UserSession session, long nowNanos) {
        boolean isOver = session.isExpired(nowNanos);
        if (isOver) {
            sessions.remove(session.keyHash(), session);
        }
        return isOver;
    }

    int size() {
        return sessions.size();
    }

    /** How many were added so far. */
    long added() {
        return added.sum();
    }

    /** How many were displaced before their end. */
    long displaced() {
        return displaced.sum();
    }

    /** All, in no order, as they are while one goes through them. */
    Iterator<UserSession> iterator() {
        return sessions.values().iterator();
    }
}
