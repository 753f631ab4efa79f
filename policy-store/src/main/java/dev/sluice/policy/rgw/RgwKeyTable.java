package dev.sluice.policy.rgw;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.sluice.policy.identity.KeyOwner;
import dev.sluice.policy.identity.LdapToken;
import dev.sluice.policy.identity.SecretKey;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The owners of access keys that are known, the keys that are wanted, and those that RGW accepts and doesn't know as keys
 * of users (of LDAP or Keystone).
 *
 * <p>Everything is bounded. Known keys are bounded by weight: the least used leave (TinyLFU), and their secrets are wiped.
 * A key that left is a key of no known user until it is looked up again.
 *
 * <p>Thread-safe. Event loops find, want and doubt; one worker thread changes what is known. Counts of uses are not exact
 * where event loops count at the same time: they only order the work.
 */
final class RgwKeyTable {
    /** Bytes of an entry besides its texts: entry, owner, secret, node of the cache. */
    private static final int ENTRY_BYTES = 320;
    /** The least bytes for known keys. */
    private static final long KNOWN_BYTES_MIN = 4L << 20;
    /** Known keys may take this part of the heap. */
    private static final int HEAP_PARTS = 12;

    private static final int WANTED_MAX = 4096;
    private static final int UNKNOWN_MAX = 10_000;
    /** No release makes longer keys. */
    private static final int KEY_CHARS_MAX = 128;
    /** A key of no user is asked about again after this time, then after twice as long, and so on. */
    private static final long UNKNOWN_NANOS_MIN = 1_000_000_000L;

    /** A known key that RGW refuses again and again is looked up so often. */
    private static final long DOUBT_NANOS = 2_000_000_000L;

    private final LongSupplier nanoClock;
    private final long unknownNanosMax;
    private final Runnable wake;
    private final Cache<String, KnownKey> known = Caffeine.newBuilder()
            .maximumWeight(Math.max(KNOWN_BYTES_MIN, Runtime.getRuntime().maxMemory() / HEAP_PARTS))
            .weigher((String key, KnownKey value) -> ENTRY_BYTES + 2 * key.length())
            .removalListener((@Nullable String key, @Nullable KnownKey value, RemovalCause cause) -> wipe(value))
            // maintenance is a few steps per write: cheaper here than a task for another thread
            .executor(Runnable::run)
            .build();
    private final Cache<String, UnknownKey> unknown = Caffeine.newBuilder()
            .maximumSize(UNKNOWN_MAX)
            .executor(Runnable::run)
            .build();
    private final ConcurrentHashMap<String, WantedKey> wanted = new ConcurrentHashMap<>();

    /** A known key. Its owner never changes: another owner is another entry. */
    static final class KnownKey {
        private final KeyOwner owner;
        private int uses;
        private volatile long nextDoubtNanos;

        private KnownKey(KeyOwner owner, long nowNanos) {
            this.owner = owner;
            this.nextDoubtNanos = nowNanos;
        }

        KeyOwner owner() {
            return owner;
        }

        /** How often it was found since the last call. */
        int takeUses() {
            int taken = uses;
            uses = 0;
            return taken;
        }
    }

    /** A key that is to be looked up. */
    static final class WantedKey {
        private final String accessKey;
        private int uses = 1;

        private WantedKey(String accessKey) {
            this.accessKey = accessKey;
        }

        String accessKey() {
            return accessKey;
        }

        int uses() {
            return uses;
        }
    }

    /** A key that RGW accepts and that is of no user. */
    private record UnknownKey(long pauseNanos, long nextNanos) {}

    /**
     * An empty table.
     *
     * @param unknownNanosMax after this time at the latest a key of no user is asked about again
     * @param wake is run when there is a new key to look up; must not block
     */
    RgwKeyTable(LongSupplier nanoClock, long unknownNanosMax, Runnable wake) {
        this.nanoClock = nanoClock;
        this.unknownNanosMax = unknownNanosMax;
        this.wake = wake;
    }

    // --- for event loops ------------------------------------------------------------------------

    /** Allocates nothing. */
    @Nullable
    KeyOwner find(String accessKey) {
        KnownKey key = known.getIfPresent(accessKey);
        if (key == null) {
            return null;
        }
        key.uses++;
        return key.owner;
    }

    /** Whether a user of known keys is never limited. */
    boolean isExempt(String user) {
        return known.asMap().values().stream()
                .map(key -> key.owner.identity())
                .anyMatch(identity -> identity.isExempt() && identity.user().equals(user));
    }

    /** RGW accepted the key: it is wanted if it isn't known. */
    void accepted(String accessKey) {
        if (known.getIfPresent(accessKey) != null) {
            return;
        }
        WantedKey already = wanted.get(accessKey);
        if (already != null) {
            already.uses++;
            return;
        }
        if (accessKey.isEmpty() || accessKey.length() > KEY_CHARS_MAX || LdapToken.isOne(accessKey)) {
            return;
        }
        UnknownKey ofNobody = unknown.getIfPresent(accessKey);
        if (ofNobody == null || nanoClock.getAsLong() - ofNobody.nextNanos >= 0) {
            want(accessKey);
        }
    }

    /** RGW knows no such key: if it is known here, it may have been removed. Each is asked about so often at most. */
    void refused(String accessKey) {
        KnownKey key = known.getIfPresent(accessKey);
        if (key != null && nanoClock.getAsLong() - key.nextDoubtNanos >= 0) {
            key.nextDoubtNanos = nanoClock.getAsLong() + DOUBT_NANOS;
            want(accessKey);
        }
    }

    private void want(String accessKey) {
        if (wanted.mappingCount() < WANTED_MAX && wanted.putIfAbsent(accessKey, new WantedKey(accessKey)) == null) {
            wake.run();
        }
    }

    // --- for the worker -------------------------------------------------------------------------

    /** Takes the wanted key that was used most; null: there is none. */
    @Nullable
    WantedKey takeWanted() {
        WantedKey most = null;
        for (WantedKey key : wanted.values()) {
            if (most == null || key.uses > most.uses) {
                most = key;
            }
        }
        if (most != null) {
            wanted.remove(most.accessKey);
        }
        return most;
    }

    /** Puts a key back that couldn't be looked up. */
    void putBack(WantedKey key) {
        wanted.putIfAbsent(key.accessKey, key);
    }

    boolean hasWanted() {
        return !wanted.isEmpty();
    }

    int wantedKeys() {
        return (int) wanted.mappingCount();
    }

    long knownKeys() {
        return known.estimatedSize();
    }

    /** The owner, without counting a use; null: unknown. */
    @Nullable
    KeyOwner owner(String accessKey) {
        KnownKey key = known.getIfPresent(accessKey);
        return key == null ? null : key.owner;
    }

    /** The key belongs to this owner from now on. */
    void put(String accessKey, KeyOwner owner) {
        known.put(accessKey, new KnownKey(owner, nanoClock.getAsLong()));
        unknown.invalidate(accessKey);
    }

    /** The key belongs to nobody any more. */
    void remove(String accessKey) {
        known.invalidate(accessKey);
    }

    /** RGW accepted the key and knows no user with it. */
    void markUnknown(String accessKey, long nowNanos) {
        known.invalidate(accessKey);
        UnknownKey before = unknown.getIfPresent(accessKey);
        long pause = before == null ? UNKNOWN_NANOS_MIN : Math.min(unknownNanosMax, 2 * before.pauseNanos);
        unknown.put(accessKey, new UnknownKey(pause, nowNanos + pause));
    }

    Collection<KnownKey> all() {
        return known.asMap().values();
    }

    /** Forgets everything and wipes the secrets. */
    void clear() {
        wanted.clear();
        unknown.invalidateAll();
        known.invalidateAll();
    }

    private static void wipe(@Nullable KnownKey key) {
        SecretKey secret = key == null ? null : key.owner.secret();
        if (secret != null) {
            secret.wipe();
        }
    }
}
