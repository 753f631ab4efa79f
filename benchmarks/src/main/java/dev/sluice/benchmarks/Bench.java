package dev.sluice.benchmarks;

import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code sluice bench}: the command line of all benchmarks. */
@Command(
        name = "sluice bench",
        description = "Runs benchmarks; reports show ratios first. docs/benchmarks.md describes them.",
        mixinStandardHelpOptions = true,
        subcommands = {
            HttpCommand.class,
            RgwCommand.class,
            BusCommand.class,
            DelayCommand.class,
            LimitsCommand.class,
            QuotaCommand.class,
            PortsCommand.class,
            FlashCommand.class,
            JmhCommand.class
        })
public final class Bench {
    static final int OK = 0;
    static final int FAILED = 1;

    private Bench() {}

    /** Exits with 0 done, 1 failed, 2 bad usage. */
    public static void main(String[] args) {
        CommandLine line = new CommandLine(new Bench());
        withoutVersion(line);
        line.getSubcommands().values().forEach(Bench::withoutVersion);
        line.setExecutionExceptionHandler((problem, command, parsed) -> {
            System.err.println("bench: " + problem.getMessage());
            return FAILED;
        });
        if (args.length == 0) {
            line.usage(System.err);
            System.exit(CommandLine.ExitCode.USAGE);
        }
        System.exit(line.execute(args));
    }

    /** The benchmarks have no version of their own. */
    private static void withoutVersion(CommandLine line) {
        line.getCommandSpec().remove(line.getCommandSpec().findOption("--version"));
    }

    /** The folder of the {@code sluice} script. */
    static Path home() {
        String home = System.getenv("SLUICE_HOME");
        return Path.of(home == null ? "." : home).toAbsolutePath().normalize();
    }
}
