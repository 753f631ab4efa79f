package dev.sluice.simulate;

import dev.sluice.simulate.engine.Simulation;
import dev.sluice.simulate.engine.SimulationOutcome;
import dev.sluice.simulate.scenario.BadScenarioException;
import dev.sluice.simulate.scenario.Scenario;
import dev.sluice.simulate.scenario.ScenarioFile;
import dev.sluice.simulate.study.AccuracyReport;
import dev.sluice.simulate.study.GoalCheck;
import dev.sluice.simulate.study.GoalSweep;
import dev.sluice.simulate.study.PeriodSweep;
import dev.sluice.simulate.study.RandomPeriodCases;
import dev.sluice.simulate.study.RandomRequestCases;
import dev.sluice.simulate.study.RandomTransferCases;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice simulate}: the command line of the simulator. */
@Command(
        name = "sluice simulate",
        mixinStandardHelpOptions = true,
        description = "Runs a scenario through the real limiter and sync code. docs/accuracy.md describes it.")
public final class Simulate implements Callable<Integer> {
    public static final int OK = 0;
    static final int FAILED = 1;
    public static final int BAD_USAGE = 2;

    private final PrintStream out;
    private final PrintStream err;

    @Parameters(arity = "0..1", paramLabel = "FILE", description = "a scenario")
    private @Nullable Path file;

    @Option(names = "--json", description = "one JSON object instead of a table")
    private boolean json;

    @Option(names = "--accuracy", description = "the tables of docs/accuracy.md; FILE: a folder of scenarios")
    private boolean accuracy;

    @Option(names = "--only", paramLabel = "TABLE", description = "one of the tables: ${COMPLETION-CANDIDATES}")
    private AccuracyReport.@Nullable Table only;

    @Option(
            names = "--periods",
            paramLabel = "CELLS",
            arity = "0..1",
            fallbackValue = ".",
            description = "limits a second to a day beside their goals; those whose names match, or all")
    private @Nullable String periods;

    @Option(
            names = "--drawn-periods",
            paramLabel = "N",
            description = "N random limits of that kind, the first by --seed")
    private @Nullable Integer drawnPeriods;

    @Option(names = "--random", paramLabel = "N", description = "runs N random cases; a failure names its seed")
    private @Nullable Integer random;

    @Option(
            names = "--sweep",
            paramLabel = "CELLS",
            arity = "0..1",
            fallbackValue = ".",
            description = "sizes, limits, intervals and loads beside their goals; those whose names match, or all")
    private @Nullable String sweep;

    @Option(names = "--drawn", paramLabel = "N", description = "N random cells beside their goals, the first by --seed")
    private @Nullable Integer drawn;

    @Option(names = "--seeds", paramLabel = "N", description = "of each cell of a sweep; default: 5")
    private int seeds = 5;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "instead of the scenario's; of the first random case or cell")
    private @Nullable Long seed;

    Simulate(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** Exits with 0 done, 1 failed, 2 bad usage or bad scenario. */
    public static void main(String[] args) {
        System.exit(run(args, System.out, System.err));
    }

    public static int run(String[] args, PrintStream out, PrintStream err) {
        CommandLine line = new CommandLine(new Simulate(out, err)).setCaseInsensitiveEnumValuesAllowed(true);
        // The simulator has no version of its own.
        line.getCommandSpec().remove(line.getCommandSpec().findOption("--version"));
        line.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
        return line.execute(args);
    }

    private int random(long from, int count) {
        int failed = 0;
        for (long s = from; s < from + count; s++) {
            long seedOf = s;
            Optional<String> problem = RandomRequestCases.check(s)
                    .or(() -> RandomTransferCases.check(seedOf))
                    .or(() -> RandomPeriodCases.check(seedOf));
            if (problem.isPresent()) {
                failed++;
                out.println("seed " + s + ": " + problem.get() + "; again: sluice simulate --random 1 --seed " + s);
            }
        }
        out.println(count + " cases from seed " + from + ", " + failed + " failed");
        return failed == 0 ? OK : FAILED;
    }

    private int accuracy() {
        String home = System.getenv("SLUICE_HOME");
        Path folder = file != null ? file : Path.of(home == null ? "." : home, "simulate", "scenarios");
        try {
            AccuracyReport.print(folder, Optional.ofNullable(only), seed == null ? 1 : seed, out);
            return OK;
        } catch (IOException | BadScenarioException e) {
            err.println("sluice simulate: " + e.getMessage());
            return BAD_USAGE;
        }
    }

    private int sweep(String names) {
        return withCells("--sweep", names, named -> {
            GoalSweep.printGrid(named, Math.max(1, seeds), out);
            return OK;
        });
    }

    private int periods(String names) {
        return withCells(
                "--periods", names, named -> PeriodSweep.printGrid(named, Math.max(1, seeds), out) == 0 ? OK : FAILED);
    }

    private int withCells(String option, String names, ToIntFunction<Predicate<String>> run) {
        try {
            return run.applyAsInt(Pattern.compile(names).asPredicate());
        } catch (PatternSyntaxException e) {
            err.println("sluice simulate: " + option + " takes a regular expression: " + e.getMessage());
            return BAD_USAGE;
        }
    }

    @Override
    public Integer call() {
        if (random != null) {
            return random(seed == null ? 1 : seed, random);
        }
        if (accuracy) {
            return accuracy();
        }
        if (drawn != null) {
            GoalSweep.printDrawn(seed == null ? 1 : seed, drawn, Math.max(1, seeds), out);
            return OK;
        }
        if (drawnPeriods != null) {
            return PeriodSweep.printDrawn(seed == null ? 1 : seed, drawnPeriods, out) == 0 ? OK : FAILED;
        }
        if (periods != null) {
            return periods(periods);
        }
        if (sweep != null) {
            return sweep(sweep);
        }
        if (file == null) {
            err.println("sluice simulate: name a scenario file; try --help");
            return BAD_USAGE;
        }
        try {
            Scenario scenario = ScenarioFile.read(file);
            SimulationOutcome outcome = Simulation.run(seed == null ? scenario : scenario.withSeed(seed));
            out.print(json ? outcome.json() + System.lineSeparator() : outcome.table());
            List<String> failedGoals = GoalCheck.failed(scenario, outcome);
            failedGoals.forEach(goal -> err.println("failed a goal: " + goal));
            return failedGoals.isEmpty() ? OK : FAILED;
        } catch (BadScenarioException e) {
            err.println(e.getMessage());
            return BAD_USAGE;
        }
    }
}
