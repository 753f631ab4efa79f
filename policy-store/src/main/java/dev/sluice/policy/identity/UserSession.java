package dev.sluice.policy.identity;

import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.SubjectId;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A session of STS: whose it is, and until when. It has neither the temporary access key nor its secret nor its token.
 * Thread-safe.
 *
 * <p>A session that was learnt here belongs to the user who assumed it. While that user is not known, the session follows
 * the access key that asked for it. A session that a peer reported is sealed until a request with its access key comes.
 */
public final class UserSession {
    /** The sender of what was learnt here. */
    private static final long HERE = 0;

    private final KeyHash key;
    private final long sender;
    private final long expiresNanos;
    private final AtomicReference<State> state;

    /** The user as peers get it; the name is sealed by {@link UserSeal}, and empty if it is not for peers. */
    record Sealed(SubjectId user, String name) {}

    /** What a session needs as long as its user may change: the access key that it follows, and what seals its user. */
    record Source(String assumer, UserSeal.SealKey sealKey) {
        @Override
        public String toString() {
            return "<hidden>";
        }
    }

    /**
     * What is known of the user.
     *
     * @param identity null: it is still sealed
     * @param source null: the user will not change here
     */
    record State(
            Sealed sealed,
            @Nullable Identity identity,
            @Nullable Source source) {}

    private UserSession(KeyHash key, long sender, long expiresNanos, State state) {
        this.key = key;
        this.sender = sender;
        this.expiresNanos = expiresNanos;
        this.state = new AtomicReference<>(state);
    }

    /** A session that was learnt here. */
    static UserSession learnt(KeyHash key, long expiresNanos, State state) {
        return new UserSession(key, HERE, expiresNanos, state);
    }

    /** A session that a peer reported. */
    static UserSession reported(KeyHash key, long sender, long expiresNanos, Sealed sealed) {
        return new UserSession(key, sender, expiresNanos, new State(sealed, null, null));
    }

    /** The incarnation of the peer that reported it. */
    long sender() {
        return sender;
    }

    /** When it ends; monotonic. */
    long expiresNanos() {
        return expiresNanos;
    }

    boolean isExpired(long nowNanos) {
        return nowNanos - expiresNanos >= 0;
    }

    /** The keyed hash of its access key. */
    KeyHash keyHash() {
        return key;
    }

    State state() {
        return Objects.requireNonNull(state.get());
    }

    /** Changes what is known of the user, unless another thread has done so meanwhile. */
    void update(State before, State after) {
        state.compareAndSet(before, after);
    }

    /** Without what it stands for. */
    @Override
    public String toString() {
        return "UserSession";
    }
}
