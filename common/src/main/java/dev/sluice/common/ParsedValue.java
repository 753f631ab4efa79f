package dev.sluice.common;

/** What became of the text of one value. */
public sealed interface ParsedValue<T> {
    record Good<T>(T value) implements ParsedValue<T> {}

    record Bad<T>(String message, String hint) implements ParsedValue<T> {}

    /** Turns the text of a value into what it means. */
    @FunctionalInterface
    interface Parser<T> {
        ParsedValue<T> parse(String text);
    }

    static <T> ParsedValue<T> good(T value) {
        return new Good<>(value);
    }

    static <T> ParsedValue<T> bad(String message, String hint) {
        return new Bad<>(message, hint);
    }
}
