package dev.sluice.limits.admission;

import java.util.Locale;

/**
 * What became of a client that was refused.
 *
 * @param tries after the first; {@link RetryCase#TRIES_MAX} and one: none passed
 * @param retryAfterNanos after what time to return, by the first refusal; 0: it was never refused
 * @param waitNanos until there was room, as one knows who knows all
 * @param passedNanos after that time it passed, or gave up
 */
record RetryOutcome(int tries, long retryAfterNanos, long waitNanos, long passedNanos) {
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d tries, retry after %.3f s, room in %.3f s, ended after %.3f s",
                tries,
                retryAfterNanos * 1e-9,
                waitNanos * 1e-9,
                passedNanos * 1e-9);
    }
}
