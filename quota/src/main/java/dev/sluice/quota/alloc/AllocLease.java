package dev.sluice.quota.alloc;

import dev.sluice.limits.model.QuotaName;

/**
 * Tokens that are allocated until a time.
 *
 * @param number unique in the store, and never used again
 * @param tokens how many are left of it
 * @param holder for people; empty: not stated
 * @param expiresMillis when it frees itself, since 1970
 */
public record AllocLease(long number, QuotaName quota, long tokens, String holder, long expiresMillis) {
    /** No lease. */
    public static final long NONE = 0;

    AllocLease withTokens(long left) {
        return new AllocLease(number, quota, left, holder, expiresMillis);
    }

    AllocLease until(long millis) {
        return new AllocLease(number, quota, tokens, holder, millis);
    }
}
