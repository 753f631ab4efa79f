package dev.sluice.policy.hocon;

/** What the text of one configuration value means, or why it means nothing. */
public sealed interface ParsedValue<T> {
    /** The text has a meaning. */
    record Good<T>(T value) implements ParsedValue<T> {}

    /** The text has none: what is wrong, and what would be right. */
    record Bad<T>(String message, String hint) implements ParsedValue<T> {}

    /** A text that has a meaning. */
    static <T> ParsedValue<T> good(T value) {
        return new Good<>(value);
    }

    /** A text that has none. */
    static <T> ParsedValue<T> bad(String message, String hint) {
        return new Bad<>(message, hint);
    }
}
