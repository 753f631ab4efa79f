package dev.sluice.policy.rgw.client;

import dev.sluice.policy.identity.SecretKey;
import java.util.List;

/**
 * A user as RGW describes it.
 *
 * @param name {@code uid} or {@code tenant$uid}
 * @param account the id of its account; empty: none
 * @param isExempt a system or an admin user, which RGW's own limits don't apply to
 * @param isSuspended RGW refuses its requests
 * @param keys its active S3 keys and those of its subusers, at most {@link #KEYS_MAX}
 */
public record RgwUser(String name, String account, boolean isExempt, boolean isSuspended, List<OwnedKey> keys) {
    /** Of more keys the rest is looked up when it is used. */
    public static final int KEYS_MAX = 1000;

    public RgwUser {
        keys = List.copyOf(keys);
    }

    /** An access key and its secret. */
    public record OwnedKey(String accessKey, SecretKey secret) {
        @Override
        public String toString() {
            return "<hidden>";
        }
    }

    @Override
    public String toString() {
        return name + " with " + keys.size() + " keys";
    }
}
