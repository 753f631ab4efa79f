package dev.sluice.policy.hocon;

/** Turns the text of one configuration value into what it means. */
@FunctionalInterface
public interface ValueParser<T> {
    /** Parses a text; what is wrong with it is a value, never an exception. */
    ParsedValue<T> parse(String text);
}
