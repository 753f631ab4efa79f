package dev.sluice.proxy.cli;

import java.util.Map;

/**
 * What a command was given, with defaults for the rest.
 *
 * @param values by option
 */
record CommandInput(Map<CommandOption, String> values) {
    CommandInput {
        values = Map.copyOf(values);
    }

    /** The value of an option; its default if it wasn't given. */
    String value(CommandOption option) {
        return values.getOrDefault(option, option.defaultValue());
    }
}
