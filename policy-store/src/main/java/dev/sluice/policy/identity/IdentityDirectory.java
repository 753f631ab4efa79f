package dev.sluice.policy.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sluice.common.CompactMap;
import dev.sluice.common.KeyedHash;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.Scope;
import dev.sluice.policy.source.PolicySnapshot;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Maps access keys to users. Known keys come from the {@linkplain PolicySnapshot snapshot} in force, else from what RGW
 * states. A temporary key of STS belongs to the user who assumed its session ({@link UserSessions}), and a token of LDAP to the
 * user that it names ({@link LdapToken}); tokens are kept nowhere. Any other key becomes a user of its own, named {@code key:}
 * and a keyed hash. So each unknown key has the limits of {@code each-user}, and the raw key, which may be a mistyped
 * password, goes no further.
 *
 * <p>The hash is the first 128 bits of an HMAC-SHA256. Its key comes from the cluster's name, so all sidecars of a
 * cluster give an unknown key the same name, and no client can craft a key that shares another's limit. People see 32
 * bits of it ({@link #display}).
 *
 * <p>Thread-safe; never blocks and does no I/O. A lookup of a known key allocates nothing. Unknown keys are cached
 * within {@link #UNKNOWN_WEIGHT_MAX}; frequent keys stay, new ones leave first (TinyLFU). So a flood of random keys
 * costs a hash each and evicts no busy key.
 */
public final class IdentityDirectory {
    /** Prefix of the user names of unknown access keys. No user of Ceph has a colon in its name. */
    public static final String UNKNOWN_PREFIX = "key:";

    /** Size of the cache of unknown keys, in characters: about 8 MiB of heap. */
    private static final long UNKNOWN_WEIGHT_MAX = 8L << 20;

    private static final int ENTRY_WEIGHT = 256;
    private static final int SHOWN_DIGITS = 8;

    private final KeyedHash hash;
    private final Supplier<PolicySnapshot> policy;
    private final KeyOwners owners;
    private final UserSessions sessions;

    private final Cache<String, UnknownKey> unknown = Caffeine.newBuilder()
            .maximumWeight(UNKNOWN_WEIGHT_MAX)
            .weigher((String key, UnknownKey value) -> ENTRY_WEIGHT + key.length())
            // maintenance is a few steps per write: cheaper here than a task for another thread
            .executor(Runnable::run)
            .build();

    /** A key that is in no snapshot, and that RGW has stated no owner of. */
    private record UnknownKey(KeyHash hash, Identity identity) {}

    /** A directory of the keys in the snapshot alone. */
    public IdentityDirectory(String cluster, Supplier<PolicySnapshot> policy) {
        this(cluster, policy, KeyOwners.NONE);
    }

    /**
     * Makes a directory that remembers no unknown key yet.
     *
     * @param cluster the name that all sidecars of the cluster share ({@code sync.cluster})
     * @param policy gives the snapshot in force; called at each lookup
     * @param owners the owners that RGW states
     */
    public IdentityDirectory(String cluster, Supplier<PolicySnapshot> policy, KeyOwners owners) {
        byte[] key = new KeyedHash("sluice access keys 1".getBytes(StandardCharsets.UTF_8))
                .of(cluster.getBytes(StandardCharsets.UTF_8));
        this.hash = new KeyedHash(key);
        this.policy = policy;
        this.owners = owners;
        this.sessions = new UserSessions(cluster, this::followed);
    }

    /** The identity of a claimed access key; the same object for the same key as long as it is cached. */
    public Identity lookup(String accessKey) {
        return lookup(accessKey, owners.find(accessKey));
    }

    /**
     * As {@link #lookup(String)}, for a request that needs the owner too.
     *
     * @param owner what {@link #owner} has just returned
     */
    public Identity lookup(String accessKey, @Nullable KeyOwner owner) {
        Identity identity = known(accessKey, owner);
        if (identity != null) {
            return identity;
        }
        UnknownKey key = unknown(accessKey);
        Identity ofSession = sessions.find(key.hash(), accessKey);
        return ofSession != null ? ofSession : key.identity();
    }

    /**
     * As {@link #lookup}, but a token of LDAP is a user of its own: RGW may serve the request without a look at the token, and
     * any client that knows a name can make one.
     */
    public Identity lookupUnread(String accessKey) {
        return LdapToken.isOne(accessKey) ? ofItsOwn(keyHash(accessKey)) : lookup(accessKey);
    }

    private @Nullable Identity known(String accessKey) {
        return known(accessKey, owners.find(accessKey));
    }

    private @Nullable Identity known(String accessKey, @Nullable KeyOwner owner) {
        Identity listed = policy.get().identities().get(accessKey);
        return listed != null || owner == null ? listed : owner.identity();
    }

    /**
     * RGW has begun a session of STS: from now on its access key is that of the user who assumed it. A known key stays what it
     * is. The session has limits also where its user has none.
     *
     * @param assumer the access key of that user
     * @param temporaryKey the access key of the session, which is not kept
     * @param leftNanos until its end; no more than {@link UserSessions#SESSION_NANOS_MAX} counts
     */
    public void learnSession(String assumer, String temporaryKey, long leftNanos, long nowNanos) {
        if (known(temporaryKey) != null || temporaryKey.equals(assumer)) {
            return;
        }
        // A session that follows a key passes that on, so that each follows one that is no session.
        UserSession parent =
                known(assumer) == null ? sessions.learnt(unknown(assumer).hash()) : null;
        UserSession.Source source = parent == null ? null : parent.state().source();
        Identity user = lookup(assumer);
        String follows = source == null ? assumer : source.assumer();
        sessions.learn(
                keyHash(temporaryKey),
                temporaryKey,
                UserSessions.limited(user),
                isUnknown(user.user()) ? follows : "",
                leftNanos,
                nowNanos);
    }

    /** The user of an access key that a session follows: of those that were learnt here it looks at none. */
    private Identity followed(String accessKey) {
        Identity identity = known(accessKey);
        if (identity != null) {
            return identity;
        }
        UnknownKey key = unknown(accessKey);
        Identity ofSession = sessions.findReported(key.hash(), accessKey);
        return ofSession != null ? ofSession : key.identity();
    }

    /** Whether an access key that is of no known user is one of a session of STS. */
    public boolean isSession(String accessKey) {
        return sessions.isKnown(unknown(accessKey).hash());
    }

    /** The sessions of STS that are known. */
    public UserSessions sessions() {
        return sessions;
    }

    /** What RGW states about an access key; null: nothing is known. Never blocks and allocates nothing. */
    public @Nullable KeyOwner owner(String accessKey) {
        return owners.find(accessKey);
    }

    /** Whether a user is known as one that nothing limits. For people: it goes through all keys that are known. */
    public boolean isExempt(String user) {
        AtomicBoolean found = new AtomicBoolean();
        CompactMap.copyOf(policy.get().identities()).forEachValue(identity -> {
            if (identity.isExempt() && identity.user().equals(user)) {
                found.set(true);
            }
        });
        return found.get() || owners.isExempt(user);
    }

    /** Is to be informed of what RGW's responses prove. */
    public KeyObserver observer() {
        return owners;
    }

    /** Whether a user name stands for an access key that no user is known for. */
    public static boolean isUnknown(String user) {
        return user.startsWith(UNKNOWN_PREFIX);
    }

    /** A user name for people: the hash of an unknown access key is cut to 8 digits. */
    public static String display(String user) {
        boolean isUnknownKey =
                user.startsWith(UNKNOWN_PREFIX) && user.length() == UNKNOWN_PREFIX.length() + 2 * KeyHash.BYTES;
        return isUnknownKey ? user.substring(0, UNKNOWN_PREFIX.length() + SHOWN_DIGITS) : user;
    }

    /**
     * The user whose access key a text is; empty: it is none that is known here, or the user has the same name. For what
     * people give as a name and mean as a key.
     */
    public Optional<String> userOfKey(String text) {
        return Optional.ofNullable(known(text)).map(Identity::user).filter(user -> !user.equals(text));
    }

    /** The name of a subject for people. A bucket that a client has named like an access key is shown as its hash. */
    public String display(Scope scope, String subject) {
        if (scope != Scope.BUCKET) {
            return display(subject);
        }
        int name = subject.indexOf(':') + 1;
        String bucket = subject.substring(name);
        return userOfKey(bucket).isEmpty()
                ? subject
                : subject.substring(0, name)
                        + display(UNKNOWN_PREFIX + keyHash(bucket).hex());
    }

    /** About how many unknown keys are remembered. */
    public long unknownKeys() {
        return unknown.estimatedSize();
    }

    private UnknownKey unknown(String accessKey) {
        UnknownKey cached = unknown.getIfPresent(accessKey);
        if (cached != null) {
            return cached;
        }
        // unlike Cache.get, two threads may both compute it, and neither waits for the other
        KeyHash keyHash = keyHash(accessKey);
        if (LdapToken.isOne(accessKey)) {
            return new UnknownKey(keyHash, Identity.ofUser(LdapToken.userOf(accessKey)));
        }
        UnknownKey key = new UnknownKey(keyHash, ofItsOwn(keyHash));
        unknown.put(accessKey, key);
        return key;
    }

    private static Identity ofItsOwn(KeyHash keyHash) {
        return new Identity(UNKNOWN_PREFIX + keyHash.hex(), "");
    }

    private KeyHash keyHash(String accessKey) {
        return KeyHash.of(hash.of(accessKey.getBytes(StandardCharsets.UTF_8)));
    }
}
