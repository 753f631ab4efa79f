package dev.sluice.demo;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import java.io.PrintStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice demo}: the command line of the demo. */
@Command(
        name = "sluice demo",
        description =
                "Shows two sidecars that hold one limit together: an S3 server in memory behind them, a client that "
                        + "exceeds the limit, and the outcome of its requests, second by second.")
public final class Demo {
    @Option(names = "--seconds", paramLabel = "N", description = "How long to run; default: until Ctrl-C")
    private int seconds;

    @Option(names = "--limit", paramLabel = "N", description = "Reads a second that alice may do; default: 200")
    private int limit = 200;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Reads a second that she tries, over both sidecars; default: four times the limit")
    private int rate;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this and ends.")
    private boolean help;

    private Demo() {}

    /** Runs and exits: 0 the limit was reached and held, 1 it was not or something failed, 2 bad usage. */
    public static void main(String[] args) {
        // Only the table is shown; log lines of the servers would break it.
        ((LoggerContext) LoggerFactory.getILoggerFactory())
                .getLogger(Logger.ROOT_LOGGER_NAME)
                .setLevel(Level.WARN);
        System.exit(run(args, System.out, System.err));
    }

    static int run(String[] args, PrintStream out, PrintStream err) {
        Demo demo = new Demo();
        CommandLine commandLine = new CommandLine(demo);
        try {
            commandLine.parseArgs(args);
        } catch (CommandLine.ParameterException e) {
            err.println("sluice: " + e.getMessage());
            return 2;
        }
        if (demo.help) {
            commandLine.usage(out);
            return 0;
        }
        if (demo.seconds < 0 || demo.limit < 1 || demo.rate < 0) {
            err.println("sluice: --seconds and --rate must not be negative, --limit must be at least 1");
            return 2;
        }
        int perSecond = demo.rate == 0 ? 4 * demo.limit : demo.rate;
        try {
            return new DemoRun(demo.limit, perSecond, demo.seconds, new DemoDisplay(out)).run() ? 0 : 1;
        } catch (Exception e) {
            err.println("sluice: the demo failed: " + e);
            return 1;
        }
    }
}
