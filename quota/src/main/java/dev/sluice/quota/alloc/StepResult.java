package dev.sluice.quota.alloc;

/**
 * What became of one quota of a change.
 *
 * @param remaining tokens left, at least 0; 0 where there is no such quota
 * @param version of the quota, afterwards; 0 where there is no such quota
 * @param lease the number of the lease that was made; {@link AllocLease#NONE}: none
 */
public record StepResult(StepOutcome outcome, long remaining, long version, long lease) {
    static final StepResult NOT_FOUND = new StepResult(StepOutcome.NOT_FOUND, 0, 0, AllocLease.NONE);
}
