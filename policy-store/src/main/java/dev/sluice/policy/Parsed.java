package dev.sluice.policy;

/** What became of the text of one value. */
sealed interface Parsed<T> {
    record Good<T>(T value) implements Parsed<T> {}

    record Bad<T>(String message, String hint) implements Parsed<T> {}

    /** Turns the text of a value into what it means. */
    @FunctionalInterface
    interface Parser<T> {
        Parsed<T> parse(String text);
    }

    static <T> Parsed<T> good(T value) {
        return new Good<>(value);
    }

    static <T> Parsed<T> bad(String message, String hint) {
        return new Bad<>(message, hint);
    }
}
