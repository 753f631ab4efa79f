package dev.sluice.simulate;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice simulate}. */
@Command(
        name = "sluice simulate",
        description = "Plays a scenario through the real limiter and sync code. docs/accuracy.md tells what and how.")
public final class Simulate implements Callable<Integer> {
    static final int OK = 0;
    static final int FAILED = 1;
    static final int BAD_USAGE = 2;

    private final PrintStream out;
    private final PrintStream err;

    @Parameters(arity = "0..1", paramLabel = "FILE", description = "a scenario")
    private @Nullable Path file;

    @Option(names = "--json", description = "one JSON object instead of a table")
    private boolean json;

    @Option(names = "--seed", paramLabel = "S", description = "instead of the scenario's; of the first random case")
    private @Nullable Long seed;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "this text")
    private boolean help;

    Simulate(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** Exits with 0 done, 1 failed, 2 bad usage or bad scenario. */
    public static void main(String[] args) {
        System.exit(run(args, System.out, System.err));
    }

    static int run(String[] args, PrintStream out, PrintStream err) {
        CommandLine line = new CommandLine(new Simulate(out, err));
        line.setOut(new java.io.PrintWriter(out, true));
        line.setErr(new java.io.PrintWriter(err, true));
        return line.execute(args);
    }

    @Override
    public Integer call() {
        if (file == null) {
            err.println("sluice simulate: name a scenario file; try --help");
            return BAD_USAGE;
        }
        try {
            Scenario scenario = ScenarioFile.read(file);
            Outcome outcome = Simulation.run(seed == null ? scenario : scenario.withSeed(seed));
            out.print(json ? outcome.json() + System.lineSeparator() : outcome.table());
            return OK;
        } catch (BadScenarioException e) {
            err.println(e.getMessage());
            return BAD_USAGE;
        }
    }
}
