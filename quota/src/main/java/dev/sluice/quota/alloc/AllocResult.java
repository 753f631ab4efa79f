package dev.sluice.quota.alloc;

import java.util.List;

/** What became of a command. Immutable. */
public sealed interface AllocResult {
    /** A definition was taken, a quota removed, or a lease renewed. */
    record Done() implements AllocResult {}

    /** There is no such quota, or no such lease any more. */
    record Missing() implements AllocResult {}

    /**
     * A change was decided.
     *
     * @param steps in the order of the change
     */
    record Decided(List<StepResult> steps) implements AllocResult {
        /** Copies. */
        public Decided {
            steps = List.copyOf(steps);
        }

        /** Whether the quotas were changed: all of them, or none. */
        public boolean isApplied() {
            return steps.stream().allMatch(step -> step.outcome() == StepOutcome.APPLIED);
        }
    }

    /** The key was used with another body. */
    record KeyReused() implements AllocResult {}

    /** So many keys are remembered that no change with another one is taken: try again later. */
    record KeysExhausted() implements AllocResult {}

    /** A lease was to be renewed for longer than its quota allows; it stays as it was. */
    record LeaseTooLong(long millisMax) implements AllocResult {}
}
