package dev.sluice.policy.identity;

import dev.sluice.limits.model.Identity;
import org.jspecify.annotations.Nullable;

/**
 * The user of an access key, as RGW states it. Immutable, but for the secret, which may be wiped when the key is
 * forgotten. Keys of subusers belong to their user.
 */
public final class KeyOwner {
    private final Identity identity;
    private final String account;
    private final boolean isSuspended;
    private final @Nullable SecretKey secret;

    /**
     * An owner.
     *
     * @param identity exempt if RGW calls the user a system or an admin user
     * @param account the id of the user's account; empty: the user has none
     * @param isSuspended RGW refuses the user's requests
     * @param secret of the access key; null: unknown, as with keys of LDAP
     */
    public KeyOwner(Identity identity, String account, boolean isSuspended, @Nullable SecretKey secret) {
        this.identity = identity;
        this.account = account;
        this.isSuspended = isSuspended;
        this.secret = secret;
    }

    /** The user. Where {@code limits.access-keys} has the key, {@link IdentityDirectory#lookup} may give another one. */
    public Identity identity() {
        return identity;
    }

    /** The id of the user's account; empty: none. */
    public String account() {
        return account;
    }

    /** Whether RGW refuses the user's requests. */
    public boolean isSuspended() {
        return isSuspended;
    }

    /** What signatures of the key are checked with; null: unknown. */
    public @Nullable SecretKey secret() {
        return secret;
    }

    @Override
    public String toString() {
        return identity.user() + (isSuspended ? " (suspended)" : "");
    }
}
