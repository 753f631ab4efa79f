package dev.sluice.proxy.cli;

import java.util.List;

/**
 * One thing that a command may be given: an option with a value, a flag, or the argument or arguments behind the options.
 *
 * @param names {@code -c} and {@code --config}; none: the argument
 * @param label stands for the value in the help; empty: a flag; with dots at the end: any number of arguments
 * @param defaultValue what holds where it isn't given
 */
record CommandOption(List<String> names, String label, String description, String defaultValue) {
    private static final String MANY = "...";

    CommandOption {
        names = List.copyOf(names);
    }

    /** The settings file. */
    static CommandOption config(String defaultFile) {
        return new CommandOption(
                List.of("-c", "--config"), "FILE", "The settings file; default: " + defaultFile, defaultFile);
    }

    static CommandOption value(String name, String label, String description) {
        return new CommandOption(List.of(name), label, description, "");
    }

    /** An option without a value. */
    static CommandOption flag(String name, String description) {
        return new CommandOption(List.of(name), "", description, "");
    }

    /** Any number of arguments: {@link CommandInput#arguments} has them. */
    static CommandOption arguments(String label, String description) {
        return new CommandOption(List.of(), label + MANY, description, "");
    }

    static CommandOption argument(String label, String description, String defaultValue) {
        return new CommandOption(List.of(), label, description, defaultValue);
    }

    boolean isArgument() {
        return names.isEmpty();
    }

    boolean isFlag() {
        return label.isEmpty();
    }

    boolean isArguments() {
        return isArgument() && label.endsWith(MANY);
    }
}
