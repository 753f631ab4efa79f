package dev.sluice.proxy.cli;

import java.util.List;
import java.util.Map;

/**
 * What a command was given, with defaults for the rest.
 *
 * @param values by option
 * @param arguments where the command takes any number of them
 */
record CommandInput(Map<CommandOption, String> values, List<String> arguments) {
    CommandInput {
        values = Map.copyOf(values);
        arguments = List.copyOf(arguments);
    }

    /** Options alone. */
    CommandInput(Map<CommandOption, String> values) {
        this(values, List.of());
    }

    /** Whether a flag was given. */
    boolean isSet(CommandOption flag) {
        return !value(flag).isEmpty();
    }

    /** The value of an option; its default if it wasn't given. */
    String value(CommandOption option) {
        return values.getOrDefault(option, option.defaultValue());
    }
}
