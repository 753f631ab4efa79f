package dev.sluice.quota.alloc;

import dev.sluice.limits.model.QuotaName;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What changes the state of a store. Immutable. */
public sealed interface AllocCommand {
    /**
     * Defines a quota, or changes its definition. What is allocated stays, also where it is more than the new capacity.
     *
     * @param capacity 0 to {@link AllocStep#TOKENS_MAX} tokens
     * @param leaseMillisMax the longest lease, 0 to {@link #LEASE_MILLIS_MAX}; 0: no leases
     */
    record Define(QuotaName quota, long capacity, long leaseMillisMax) implements AllocCommand {
        /** Ten years: the end of a lease never overflows. */
        public static final long LEASE_MILLIS_MAX = 10L * 366 * 24 * 3_600_000;

        /** Checks the ranges. */
        public Define {
            if (capacity < 0 || capacity > AllocStep.TOKENS_MAX) {
                throw new IllegalArgumentException("capacity must be 0 to " + AllocStep.TOKENS_MAX);
            }
            if (leaseMillisMax < 0 || leaseMillisMax > LEASE_MILLIS_MAX) {
                throw new IllegalArgumentException("the longest lease must be 0 to " + LEASE_MILLIS_MAX + " ms");
            }
        }
    }

    /**
     * Bounds the keys that are remembered from now on. A command, so that a log leads to the same state whatever is configured
     * when it is read.
     */
    record Bound(AllocBounds bounds) implements AllocCommand {}

    /** Removes a quota, with all that is allocated of it. */
    record Remove(QuotaName quota) implements AllocCommand {}

    /**
     * Changes quotas: all of them, or none.
     *
     * @param steps 1 to {@value #STEPS_MAX}, each of another quota
     * @param key a repetition with the same key changes nothing and has the same result; empty: each one counts
     */
    record Change(List<AllocStep> steps, Optional<IdempotencyKey> key) implements AllocCommand {
        /** The most quotas of one change. */
        public static final int STEPS_MAX = 100;

        /** Checks and copies. */
        public Change {
            steps = List.copyOf(steps);
            if (steps.isEmpty() || steps.size() > STEPS_MAX) {
                throw new IllegalArgumentException("a change has 1 to " + STEPS_MAX + " steps");
            }
            Set<QuotaName> quotas = new HashSet<>();
            for (AllocStep step : steps) {
                if (!quotas.add(step.quota())) {
                    throw new IllegalArgumentException(
                            "a change names each quota once, and " + step.quota() + " twice");
                }
            }
        }
    }

    /**
     * Lets a lease last from now for so long.
     *
     * @param millis at least 1
     */
    record Renew(long lease, long millis) implements AllocCommand {
        /** Checks the ranges. */
        public Renew {
            if (lease <= AllocLease.NONE || millis < 1) {
                throw new IllegalArgumentException("the number of a lease and its time are positive");
            }
        }
    }
}
