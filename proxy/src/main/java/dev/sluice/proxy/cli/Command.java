package dev.sluice.proxy.cli;

import java.util.List;

/**
 * One command of the application jar. Its parts are those that the help shows, and what runs.
 *
 * @param description one sentence or two; empty: the help doesn't list the command
 */
record Command(String name, String description, List<CommandOption> options, CommandRunner runner) {
    Command {
        options = List.copyOf(options);
    }

    boolean isListed() {
        return !description.isEmpty();
    }
}
