package dev.sluice.proxy.cli;

import java.util.List;

/**
 * One thing that a command may be given: an option with a value, or the argument behind the options.
 *
 * @param names {@code -c} and {@code --config}; none: the argument
 * @param label stands for the value in the help
 * @param defaultValue what holds where it isn't given
 */
record CommandOption(List<String> names, String label, String description, String defaultValue) {
    CommandOption {
        names = List.copyOf(names);
    }

    /** The settings file. */
    static CommandOption config(String defaultFile) {
        return new CommandOption(
                List.of("-c", "--config"), "FILE", "The settings file; default: " + defaultFile, defaultFile);
    }

    static CommandOption argument(String label, String description, String defaultValue) {
        return new CommandOption(List.of(), label, description, defaultValue);
    }

    boolean isArgument() {
        return names.isEmpty();
    }
}
