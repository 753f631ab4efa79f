package dev.sluice.policy.rgw;

import dev.sluice.limits.model.Identity;
import dev.sluice.policy.identity.KeyOwner;
import dev.sluice.policy.identity.SecretKey;
import dev.sluice.policy.rgw.RgwBucketTable.LimitAge;
import dev.sluice.policy.rgw.RgwKeyTable.KnownKey;
import dev.sluice.policy.rgw.client.RgwUser;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The users whose keys are known. One answer about a user brings all of the user's keys: new ones are known before their
 * first request, and removed ones are forgotten. Has no more users than {@link RgwKeyTable} has keys. Belongs to the worker
 * thread.
 */
final class RgwUserTable {
    /** A user that was not in use for so long is forgotten, with its secrets. */
    private static final long IDLE_NANOS_MAX = 3600L * 1_000_000_000L;

    private final RgwKeyTable keys;
    private final Map<String, UserInUse> users = new HashMap<>();

    /** A user. */
    static final class UserInUse {
        private final String name;
        private final RefreshAge age = new RefreshAge();
        private final LimitAge limit = new LimitAge();
        private Set<String> accessKeys = Set.of();
        private Identity identity;
        private int uses;
        private int keysSeen;

        private UserInUse(String name) {
            this.name = name;
            this.identity = Identity.ofUser(name);
        }

        String name() {
            return name;
        }

        RefreshAge age() {
            return age;
        }

        LimitAge limit() {
            return limit;
        }
    }

    RgwUserTable(RgwKeyTable keys) {
        this.keys = keys;
    }

    Collection<UserInUse> all() {
        return users.values();
    }

    int size() {
        return users.size();
    }

    /**
     * Takes what RGW states about a user.
     *
     * @param asked the key that was asked about, which the user's list may be too long to hold; null: none
     */
    void update(RgwUser stated, @Nullable String asked, long nowNanos) {
        UserInUse user = users.computeIfAbsent(stated.name(), UserInUse::new);
        Identity plain = Identity.ofUser(stated.name());
        Identity identity = stated.isExempt() ? plain.exempt() : plain;
        if (!identity.equals(user.identity)) {
            user.identity = identity;
        }
        Set<String> next = new HashSet<>();
        stated.keys().forEach(key -> {
            next.add(key.accessKey());
            put(key.accessKey(), user.identity, stated, key.secret());
        });
        if (asked != null && next.add(asked)) {
            put(asked, user.identity, stated, null);
        }
        boolean isWhole = stated.keys().size() < RgwUser.KEYS_MAX;
        for (String before : user.accessKeys) {
            if (isWhole && !next.contains(before)) {
                forgetKeyOf(user.name, before);
            }
        }
        user.accessKeys = next;
        user.age.refreshed(nowNanos);
    }

    /** What means the same stays the same object: caches of signing keys go by it. */
    private void put(String accessKey, Identity identity, RgwUser stated, @Nullable SecretKey secret) {
        KeyOwner before = keys.owner(accessKey);
        boolean isSame = before != null
                && before.identity().equals(identity)
                && before.account().equals(stated.account())
                && before.isSuspended() == stated.isSuspended()
                && isSame(before.secret(), secret);
        if (!isSame) {
            keys.put(accessKey, new KeyOwner(identity, stated.account(), stated.isSuspended(), secret));
        } else if (secret != null) {
            secret.wipe();
        }
    }

    private static boolean isSame(@Nullable SecretKey one, @Nullable SecretKey other) {
        return (one == null || other == null) ? one == other : one.matches(other);
    }

    /** The user doesn't exist any more. */
    void remove(String name) {
        UserInUse user = users.remove(name);
        if (user != null) {
            user.accessKeys.forEach(key -> forgetKeyOf(name, key));
        }
    }

    /** The key may belong to another user by now. */
    private void forgetKeyOf(String user, String accessKey) {
        KeyOwner owner = keys.owner(accessKey);
        if (owner != null && owner.identity().user().equals(user)) {
            keys.remove(accessKey);
        }
    }

    /** Everything may have changed just now. */
    void doubtAll() {
        users.values().forEach(user -> {
            user.age.doubt();
            user.limit.age().doubt();
        });
    }

    /**
     * Counts what was used since the last call, and forgets users whose keys have left the table.
     *
     * @param forgetsIdle whether users that nobody uses are forgotten too; not while RGW is away
     */
    void countUses(boolean forgetsIdle, long nowNanos) {
        users.values().forEach(user -> {
            user.uses = 0;
            user.keysSeen = 0;
        });
        for (KnownKey key : keys.all()) {
            UserInUse user = users.get(key.owner().identity().user());
            if (user != null) {
                user.uses += key.takeUses();
                user.keysSeen++;
            }
        }
        users.values().removeIf(user -> {
            user.age.used(user.uses, nowNanos);
            user.limit.age().used(user.uses, nowNanos);
            boolean isIdle = forgetsIdle && user.age.isIdle(IDLE_NANOS_MAX, nowNanos);
            if (isIdle) {
                user.accessKeys.forEach(key -> forgetKeyOf(user.name, key));
            }
            return isIdle || user.keysSeen == 0;
        });
    }
}
