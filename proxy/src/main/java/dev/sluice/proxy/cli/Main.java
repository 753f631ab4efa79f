package dev.sluice.proxy.cli;

import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;

/** The command line of the application jar. The commands are in {@link Commands}. */
public final class Main {
    public static final int OK = 0;
    static final int FAILED = 1;
    public static final int BAD_USAGE = 2;

    private Main() {}

    /** Runs a command and exits with its code: 0 done, 1 failed, 2 bad usage or bad configuration. */
    public static void main(String[] args) {
        int code = run(args, System.out, System.err);
        LogShutdown.flush();
        System.exit(code);
    }

    /** Runs a command and returns its exit code. */
    public static int run(String[] args, PrintStream out, PrintStream err) {
        Optional<Command> command = args.length == 0 ? Optional.empty() : Commands.named(args[0]);
        if (command.isPresent()) {
            Optional<CommandInput> input = plainInput(command.get(), args);
            if (input.isPresent()) {
                return command.get().runner().run(input.get(), out, err);
            }
        }
        return CommandLineParser.run(args, out, err);
    }

    /**
     * Reads {@code NAME} and {@code NAME -c FILE}, as services are started, without picocli: its class files are too old
     * for the class archive, and loading them would delay the start. Empty: the parser must read them.
     */
    private static Optional<CommandInput> plainInput(Command command, String[] args) {
        if (args.length == 1) {
            return Optional.of(new CommandInput(Map.of()));
        }
        if (args.length != 3 || args[2].startsWith("-")) {
            return Optional.empty();
        }
        return command.options().stream()
                .filter(option -> option.names().contains(args[1]) && !option.isFlag())
                .findFirst()
                .map(option -> new CommandInput(Map.of(option, args[2])));
    }
}
