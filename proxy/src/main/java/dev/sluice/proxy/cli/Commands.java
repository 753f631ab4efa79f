package dev.sluice.proxy.cli;

import java.util.List;
import java.util.Optional;

/** The table of commands. A new command is one entry here, and one in the {@code sluice} script. */
final class Commands {
    private static final CommandOption SETTINGS = CommandOption.config("config/sluice.conf");
    private static final CommandOption RELAY_SETTINGS = CommandOption.config("config/relay.conf");
    private static final CommandOption KEY_TARGET = CommandOption.argument(
            "DIR|FILE", "Where to; a directory: under the machine's name; default: this directory", ".");

    static final List<Command> ALL = List.of(
            new Command(
                    "proxy",
                    "Runs the sidecar in the foreground; SIGTERM drains.",
                    List.of(SETTINGS),
                    (input, out, err) -> ProxyCommand.run(input.value(SETTINGS), out, err)),
            new Command(
                    "check",
                    "Checks settings and limits and prints what is wrong with them; exit code 2 if anything is.",
                    List.of(SETTINGS),
                    (input, out, err) -> CheckCommand.run(input.value(SETTINGS), out, err)),
            new Command(
                    "relay",
                    "Forwards the reports of sidecars to each other, in the foreground, for clusters of more than 64.",
                    List.of(RELAY_SETTINGS),
                    (input, out, err) -> RelayCommand.run(input.value(RELAY_SETTINGS), out, err)),
            new Command(
                    "keygen",
                    "Makes the keys by which a sidecar and its peers know each other (sync.curve): a secret file,"
                            + " and a public one (.pub) beside it. Overwrites nothing.",
                    List.of(KEY_TARGET),
                    (input, out, err) -> KeygenCommand.run(input.value(KEY_TARGET), out, err)),
            new Command("warm-up", "", List.of(), (input, out, err) -> ClassArchiveWarmUp.run(err)));

    private Commands() {}

    static Optional<Command> named(String name) {
        return ALL.stream().filter(command -> command.name().equals(name)).findFirst();
    }
}
