package dev.sluice.quota.alloc;

/**
 * A client's own name for a change, by which a repetition is recognised.
 *
 * @param text 1 to {@value #CHARS_MAX} characters
 * @param bodyHash a hash of what the change asks for: the same key with another body is an error
 */
public record IdempotencyKey(String text, String bodyHash) {
    /** The longest key, and the longest hash, in characters. */
    public static final int CHARS_MAX = 255;

    /** Checks the lengths. */
    public IdempotencyKey {
        if (text.isEmpty() || text.length() > CHARS_MAX || bodyHash.length() > CHARS_MAX) {
            throw new IllegalArgumentException("an idempotency key must have 1 to " + CHARS_MAX + " characters");
        }
    }
}
