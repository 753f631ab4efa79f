package dev.sluice.sync;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * When a {@link Reporter} tells whom this node hears: when that has changed, to those who have just come, and once a second;
 * and never where there was nobody yet. Owned by it.
 */
final class Hearsay {
    static final long REPEAT_NANOS = 1_000_000_000L;

    private final Supplier<Hearing> hearing;
    private Hearing told = Hearing.NOBODY;
    private boolean hasHeard;
    private long toldNanos;

    Hearsay(Supplier<Hearing> hearing, long nowNanos) {
        this.hearing = hearing;
        this.toldNanos = nowNanos;
    }

    /** What the next report tells of it; empty: nothing. */
    Optional<Hearing> next(Reporter.Content content, long nowNanos) {
        Hearing now = hearing.get();
        boolean changed = !now.equals(told);
        hasHeard |= changed;
        boolean due = changed || content == Reporter.Content.EVERYTHING || nowNanos - toldNanos >= REPEAT_NANOS;
        if (!hasHeard || !due) {
            return Optional.empty();
        }
        told = now;
        toldNanos = nowNanos;
        return Optional.of(now);
    }
}
