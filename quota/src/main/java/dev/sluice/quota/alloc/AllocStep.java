package dev.sluice.quota.alloc;

import dev.sluice.limits.model.QuotaName;
import java.util.Optional;

/** A change of one quota: tokens are allocated, or given back. Immutable. */
public sealed interface AllocStep {
    /** The most tokens of one step, and the largest capacity: what JSON numbers hold exactly. */
    long TOKENS_MAX = (1L << 53) - 1;
    /** No version is expected. */
    long ANY_VERSION = 0;

    /** Which quota it changes. */
    QuotaName quota();

    /** How many tokens, 1 to {@link #TOKENS_MAX}. */
    long tokens();

    /** The version that the quota must have; {@link #ANY_VERSION}: any. */
    long version();

    /**
     * Allocates tokens.
     *
     * @param lease empty: they stay allocated until they are freed
     */
    record Allocate(QuotaName quota, long tokens, long version, Optional<LeaseTerms> lease) implements AllocStep {
        /** Checks the ranges. */
        public Allocate {
            check(tokens, version);
        }
    }

    /**
     * Gives tokens back.
     *
     * @param lease the allocation that they belong to; {@link AllocLease#NONE}: one without a lease
     */
    record Free(QuotaName quota, long tokens, long version, long lease) implements AllocStep {
        /** Checks the ranges. */
        public Free {
            check(tokens, version);
            if (lease < AllocLease.NONE) {
                throw new IllegalArgumentException("the number of a lease is positive");
            }
        }
    }

    private static void check(long tokens, long version) {
        if (tokens < 1 || tokens > TOKENS_MAX) {
            throw new IllegalArgumentException("tokens must be 1 to " + TOKENS_MAX);
        }
        if (version < ANY_VERSION) {
            throw new IllegalArgumentException("version must be 0 or more");
        }
    }
}
