package dev.sluice.policy.identity;

import dev.sluice.limits.model.Identity;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of STS that are known: those whose begin passed by here, and those that peers report. What was learnt here
 * comes first. Both tables are bounded, see {@link SessionTable}: of a user, or of a peer, half of one at most.
 *
 * <p>Thread-safe. Event loops learn and find, the thread of the peers receives, another one goes through all of them to send
 * them, and housekeeping lets time pass.
 */
public final class UserSessions {
    /** RGW's limit is 12 hours unless it is configured, and that of AWS is 36. */
    public static final long SESSION_NANOS_MAX = 36 * 3_600_000_000_000L;
    /** So long a session is known after its end: RGW's clock may be behind. RGW refuses what comes after its own end. */
    static final long GRACE_NANOS = 900_000_000_000L;
    /** One session and its place in a table. */
    public static final int SESSION_BYTES = 400;

    private static final int SESSIONS_MAX = 100_000;
    private static final int SESSIONS_MIN = 1_000;
    /** Each of the two tables may take one part of the heap in so many. */
    private static final int HEAP_PARTS = 24;

    private final Function<String, Identity> followed;
    private final UserSeal seal;
    private final SessionTable<String> learnt;
    private final SessionTable<Long> reported;
    private volatile Consumer<UserSession> onLearnt = session -> {};

    /**
     * Knows no session, and has room as the heap allows.
     *
     * @param followed gives the user of an access key that a session follows, as far as is known; looks at no session that was
     *     learnt here
     */
    UserSessions(String cluster, Function<String, Identity> followed) {
        this(cluster, followed, sessionsMax());
    }

    UserSessions(String cluster, Function<String, Identity> followed, int sessionsMax) {
        this.followed = followed;
        this.seal = new UserSeal(cluster);
        this.learnt = new SessionTable<>(sessionsMax, Math.max(1, sessionsMax / 2));
        this.reported = new SessionTable<>(sessionsMax, Math.max(1, sessionsMax / 2));
    }

    private static int sessionsMax() {
        long fit = Runtime.getRuntime().maxMemory() / HEAP_PARTS / SESSION_BYTES;
        return (int) Math.min(SESSIONS_MAX, Math.max(SESSIONS_MIN, fit));
    }

    // --- what is learnt here ----------------------------------------------------------------------

    /** Is called for each session that is learnt here, on the thread that learns it; must not block. */
    public void onLearnt(Consumer<UserSession> listener) {
        onLearnt = listener;
    }

    /**
     * A session has begun.
     *
     * @param key of its access key
     * @param accessKey its access key, which is not kept
     * @param user who assumed it, as far as is known
     * @param assumer the access key to follow until a user is known for it; empty: the user is known
     * @param leftNanos until its end
     */
    void learn(KeyHash key, String accessKey, Identity user, String assumer, long leftNanos, long nowNanos) {
        UserSeal.SealKey sealKey = seal.keyOf(accessKey);
        UserSession.Source source = assumer.isEmpty() ? null : new UserSession.Source(assumer, sealKey);
        UserSession.State state = new UserSession.State(sealed(sealKey, user), user, source);
        long expiresNanos = nowNanos + Math.min(Math.max(leftNanos, 0), SESSION_NANOS_MAX) + GRACE_NANOS;
        UserSession session = UserSession.learnt(key, expiresNanos, state);
        UserSession ofPeer = reported.find(key);
        if (ofPeer != null) {
            reported.remove(ofPeer.sender(), ofPeer);
        }
        if (learnt.add(user.user(), session)) {
            onLearnt.accept(session);
        }
    }

    private UserSession.Sealed sealed(UserSeal.SealKey sealKey, Identity user) {
        return new UserSession.Sealed(seal.idOf(user.user()), seal.seal(sealKey, user.user()));
    }

    /** A session that was learnt here; null: none has that key. */
    @Nullable
    UserSession learnt(KeyHash key) {
        return learnt.find(key);
    }

    // --- what peers report, and the state file ------------------------------------------------------

    /**
     * A peer reports a session. The first peer counts: another one can't change what that one reported.
     *
     * @param sender the incarnation of the peer; 0: the state file
     */
    public void receive(long sender, SharedSession session, long nowNanos) {
        KeyHash key = session.key();
        if (learnt.find(key) != null) {
            return;
        }
        UserSession.Sealed sealed = new UserSession.Sealed(session.user(), session.sealedName());
        UserSession known = reported.find(key);
        if (known == null) {
            long expiresNanos = nowNanos + Math.min(session.leftNanos(), SESSION_NANOS_MAX + GRACE_NANOS);
            reported.add(sender, UserSession.reported(key, sender, expiresNanos, sealed));
        } else if (known.sender() == sender) {
            UserSession.State before = known.state();
            if (!before.sealed().equals(sealed)) {
                known.update(before, new UserSession.State(sealed, null, null));
            }
        }
    }

    // --- whose it is ------------------------------------------------------------------------------

    /**
     * The user of a session.
     *
     * @param key of the access key
     * @param accessKey claimed by a request
     * @return null: the access key is of no session that is known
     */
    @Nullable
    Identity find(KeyHash key, String accessKey) {
        UserSession session = learnt.find(key);
        if (session == null) {
            return findReported(key, accessKey);
        }
        follow(session);
        return session.state().identity();
    }

    boolean isKnown(KeyHash key) {
        return learnt.find(key) != null || reported.find(key) != null;
    }

    /** The user of a session that a peer reported; null: none has that access key. */
    @Nullable
    Identity findReported(KeyHash key, String accessKey) {
        UserSession session = reported.find(key);
        if (session == null) {
            return null;
        }
        Identity user = session.state().identity();
        return user != null ? user : open(session, accessKey);
    }

    /** Looks who the user of the access key is that a session follows. */
    private void follow(UserSession session) {
        UserSession.State before = session.state();
        UserSession.Source source = before.source();
        if (source == null) {
            return;
        }
        Identity user = limited(followed.apply(source.assumer()));
        boolean isSettled = !IdentityDirectory.isUnknown(user.user());
        if (isSettled || !user.equals(before.identity())) {
            UserSession.Sealed sealed = sealed(source.sealKey(), user);
            session.update(before, new UserSession.State(sealed, user, isSettled ? null : source));
        }
    }

    /** Nothing lifts the limits of a session. */
    static Identity limited(Identity user) {
        return new Identity(user.user(), user.tenant());
    }

    private @Nullable Identity open(UserSession session, String accessKey) {
        UserSession.State before = session.state();
        UserSession.Sealed sealed = before.sealed();
        Optional<String> name = seal.open(seal.keyOf(accessKey), sealed.user(), sealed.name());
        if (name.isEmpty()) {
            // Made up: the next report may have the right one.
            reported.remove(session.sender(), session);
            return null;
        }
        Identity user = Identity.ofUser(name.get());
        session.update(before, new UserSession.State(sealed, user, null));
        return user;
    }

    // --- all of them ------------------------------------------------------------------------------

    /** Those that were learnt here, in no order. */
    public Iterator<UserSession> learnt() {
        return learnt.iterator();
    }

    /** A session for peers; empty: it has ended, or its user's name is too long for a report. */
    public Optional<SharedSession> shared(UserSession session, long nowNanos) {
        follow(session);
        UserSession.Sealed sealed = session.state().sealed();
        return session.isExpired(nowNanos) || sealed.name().isEmpty()
                ? Optional.empty()
                : Optional.of(new SharedSession(
                        session.keyHash(), sealed.user(), sealed.name(), session.expiresNanos() - nowNanos));
    }

    /** Those that peers reported, or the state file, in no order. */
    public Iterator<UserSession> reported() {
        return reported.iterator();
    }

    /** Forgets those that have ended. To be called every few seconds. */
    public void expire(long nowNanos) {
        learnt.expire(nowNanos);
        reported.expire(nowNanos);
    }

    /** How many were learnt here. */
    public int learntCount() {
        return learnt.size();
    }

    /** How many peers reported that are not known here. */
    public int reportedCount() {
        return reported.size();
    }

    /** How many became known so far. */
    public long added() {
        return learnt.added() + reported.added();
    }

    /** How many were forgotten before their end, because there were too many. */
    public long displaced() {
        return learnt.displaced() + reported.displaced();
    }
}
