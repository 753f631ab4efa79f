package dev.sluice.quota.alloc;

/**
 * What an allocation with a lease asks for.
 *
 * @param millis how long it lasts, at least 1
 * @param holder who it is for, for people; at most {@value #HOLDER_CHARS_MAX} characters; empty: not stated
 */
public record LeaseTerms(long millis, String holder) {
    /** The longest name of a holder, in characters. */
    public static final int HOLDER_CHARS_MAX = 255;

    /** Checks the ranges. */
    public LeaseTerms {
        if (millis < 1) {
            throw new IllegalArgumentException("a lease lasts for at least a millisecond");
        }
        if (holder.length() > HOLDER_CHARS_MAX) {
            throw new IllegalArgumentException("holder must have at most " + HOLDER_CHARS_MAX + " characters");
        }
    }
}
